package accept4trace.diagnose;

import accept4trace.event.AcceptCall;
import accept4trace.event.RelatedCall;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Statistics of a process at one listener, and of its threads. */
final class ObservedWorker {
    /** A process with more threads than this counts as one worker. */
    static final int MAX_THREADS = 512;
    /** The limit for threads that wait in accept. Each has a bit in {@link WorkerThread#together}. */
    private static final int MAX_BLOCKING_THREADS = Long.SIZE;

    long connections;
    /** Waits that returned with the listener ready, and were followed by an accept. */
    long wakeUps;
    /** Wake-ups after which the first accept found no connection. */
    long emptyWakeUps;
    /** Whether the process waits with EPOLLEXCLUSIVE, so that the kernel does not wake all processes that wait. */
    boolean exclusive;
    /** Whether the epoll instance could not be inspected, because privileges were missing. */
    boolean unreadable;

    boolean inspected;

    final Presence presence = new Presence();

    /** By thread id, including threads that only wait. */
    private final Map<Integer, WorkerThread> threads = new TreeMap<>();

    private boolean hasMoreThreads;
    private boolean anyPolls;
    private int accepting;
    /** The number of pairs of threads that were in accept at the same time. */
    private int pairs;

    /** A thread that accepts from the listener or waits for it. */
    static final class WorkerThread {
        private long connections;
        private boolean accepts;
        /** Whether it waits for the listener in a call such as poll. */
        private boolean polls;
        /** The epoll instance on which it last waited. */
        private int epollFd = RelatedCall.NO_FD;

        private final Presence presence = new Presence();
        /** When its last accept returned. */
        private long exitNs;
        /** Its own bit in {@link #together}. */
        private final long bit;
        /** The bits of the threads that were in accept while this one was. */
        private long together;

        WorkerThread(int index) {
            bit = 1L << index;
        }

        long connections() {
            return connections;
        }

        Presence presence() {
            return presence;
        }
    }

    /** Returns the number of known threads. */
    int threadCount() {
        return threads.size();
    }

    /** Returns the number of known threads that wait for the listener in a call such as poll. */
    long pollingThreads() {
        return threads.values().stream().filter(thread -> thread.polls).count();
    }

    void addWait(RelatedCall call) {
        presence.add(call.span());
        WorkerThread thread = thread(call.caller().tid());
        if (thread != null) {
            thread.presence.add(call.span());
            thread.polls = true;
            anyPolls = true;
            thread.epollFd = call.epollFd();
        }
    }

    void addAccept(AcceptCall call) {
        presence.add(call.span());
        WorkerThread thread = call.isNative() ? thread(call.caller().tid()) : null;
        if (thread == null) {
            return;
        }
        thread.presence.add(call.span());
        accepting += thread.accepts ? 0 : 1;
        thread.accepts = true;
        thread.connections += call.isConnection() ? 1 : 0;
        thread.exitNs = call.span().exitNs();
        if (call.hasDuration() && !anyPolls && threads.size() <= MAX_BLOCKING_THREADS && !allPairs()) {
            addPairs(thread, call.span().enterNs());
        }
    }

    private boolean allPairs() {
        return pairs == accepting * (accepting - 1) / 2;
    }

    /**
     * Pairs the thread with all threads whose last accept returned after {@code enterNs}, because these accepts
     * overlapped.
     */
    private void addPairs(WorkerThread thread, long enterNs) {
        for (WorkerThread other : threads.values()) {
            boolean known = (thread.together & other.bit) != 0;
            if (other != thread && other.accepts && other.exitNs > enterNs && !known) {
                thread.together |= other.bit;
                other.together |= thread.bit;
                pairs++;
            }
        }
    }

    /** Returns null if there are too many threads. */
    private @Nullable WorkerThread thread(int tid) {
        WorkerThread thread = threads.get(tid);
        if (thread == null && threads.size() < MAX_THREADS) {
            thread = new WorkerThread(threads.size());
            threads.put(tid, thread);
        }
        hasMoreThreads |= thread == null;
        return thread;
    }

    /**
     * Returns the threads that accept, by thread id, if there are several and each of them waits for connections on its
     * own. Otherwise, returns an empty map, because the threads form a pool, and which of them accepts says nothing
     * about their load. For example, Go's runtime has one epoll instance, and lets any thread continue after a wait.
     */
    Map<Integer, WorkerThread> independentThreads() {
        Map<Integer, WorkerThread> acceptors = new TreeMap<>(threads);
        acceptors.values().removeIf(thread -> !thread.accepts);
        boolean independent = anyPolls
                ? acceptors.values().stream().allMatch(thread -> thread.polls) && !sharesEpoll()
                : threads.size() <= MAX_BLOCKING_THREADS && allPairs();
        return acceptors.size() > 1 && independent && !hasMoreThreads ? acceptors : Map.of();
    }

    /** Returns whether several threads wait in accept itself, so that each one accepts only when it is free. */
    boolean hasBlockingThreads() {
        return !anyPolls && !independentThreads().isEmpty();
    }

    /** Returns whether two threads wait on one epoll instance, so that the kernel chooses who gets a connection. */
    private boolean sharesEpoll() {
        List<Integer> instances = threads.values().stream()
                .map(thread -> thread.epollFd)
                .filter(fd -> fd != RelatedCall.NO_FD)
                .toList();
        return instances.stream().distinct().count() < instances.size();
    }
}
