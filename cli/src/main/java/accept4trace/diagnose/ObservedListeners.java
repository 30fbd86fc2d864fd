package accept4trace.diagnose;

import accept4trace.event.AcceptCall;
import accept4trace.event.KernelSocket;
import accept4trace.event.RelatedCall;
import accept4trace.queue.QueueState;
import accept4trace.summary.Budget;
import accept4trace.summary.Latency;
import accept4trace.summary.Listener;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The most recently seen listeners with their workers. A budget limits their memory. */
final class ObservedListeners {
    private static final long MAX_BYTES = 2 << 20;
    private static final long MAX_HISTOGRAM_BYTES = 1 << 20;
    /** Estimated size of a listener in bytes, including its key. */
    private static final int LISTENER_BYTES = 560 + Latency.MIN_BYTES;
    /** Estimated size of a worker in bytes, including its key. */
    private static final int WORKER_BYTES = 200;
    /** Estimated size of a worker's thread in bytes, including its key. */
    private static final int THREAD_BYTES = 168;

    private final Budget budget = new Budget(MAX_BYTES);
    private final Budget histograms = new Budget(MAX_HISTOGRAM_BYTES);
    private final Map<Place, ObservedListener> listeners = new LinkedHashMap<>();
    private long forgotten;

    /** The key of a listener. The same address can be bound in each network namespace. */
    private record Place(Listener listener, long netns) {}

    ObservedListener of(KernelSocket socket, long netns) {
        Place place = new Place(Listener.of(socket), netns);
        ObservedListener known = listeners.get(place);
        if (known == null) {
            known = new ObservedListener(socket, netns, new Latency(histograms));
            listeners.put(place, known);
            budget.force(bytes(known));
            makeRoomFor(known);
        }
        return known;
    }

    ObservedWorker worker(ObservedListener listener, int tgid) {
        int before = listener.workers.size();
        ObservedWorker worker = listener.worker(tgid);
        if (listener.workers.size() > before) {
            budget.force(WORKER_BYTES);
            makeRoomFor(listener);
        }
        return worker;
    }

    void addWait(ObservedListener listener, ObservedWorker worker, RelatedCall call) {
        int before = worker.threadCount();
        worker.addWait(call);
        addThreads(listener, worker.threadCount() - before);
    }

    void addAccept(ObservedListener listener, ObservedWorker worker, AcceptCall call) {
        int before = worker.threadCount();
        worker.addAccept(call);
        addThreads(listener, worker.threadCount() - before);
    }

    private void addThreads(ObservedListener listener, int count) {
        if (count > 0) {
            listener.threads += count;
            budget.force((long) THREAD_BYTES * count);
            makeRoomFor(listener);
        }
    }

    /** Adds the lengths of the queues in a snapshot. */
    void addLengths(List<QueueState> states) {
        for (QueueState state : states) {
            ObservedListener listener =
                    find(state.queue().socket(), state.queue().netns());
            if (listener != null) {
                listener.addQueue(state.queue());
            }
        }
    }

    /** Returns the listener at an address; null if none was seen. {@code netns}: inode. */
    @Nullable
    ObservedListener find(KernelSocket socket, long netns) {
        return listeners.get(new Place(Listener.of(socket), netns));
    }

    /**
     * Evicts the oldest listeners, but defers those that were used meanwhile. This is cheaper than an exact LRU order.
     */
    private void makeRoomFor(ObservedListener current) {
        while (budget.isExceeded() && listeners.size() > 1) {
            Iterator<Map.Entry<Place, ObservedListener>> first =
                    listeners.entrySet().iterator();
            Map.Entry<Place, ObservedListener> oldest = first.next();
            ObservedListener listener = oldest.getValue();
            Place place = oldest.getKey();
            first.remove();
            if (listener == current || listener.used) {
                listener.used = false;
                listeners.put(place, listener);
            } else {
                budget.give(bytes(listener));
                listener.forget();
                forgotten++;
            }
        }
    }

    private static long bytes(ObservedListener listener) {
        return LISTENER_BYTES
                + listener.socket.local().nameBytes()
                + (long) WORKER_BYTES * listener.workers.size()
                + (long) THREAD_BYTES * listener.threads;
    }

    Collection<ObservedListener> all() {
        return listeners.values();
    }

    long forgotten() {
        return forgotten;
    }
}
