package accept4trace.summary;

import accept4trace.event.AcceptCall;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Counters of one process, and of each of its threads if several accept. Most processes accept in only one thread, and
 * need no separate counters for it.
 */
public final class WorkerCount {
    /** Estimated heap of a row with its key, in bytes. */
    static final int BYTES = 96 + Rows.ENTRY_BYTES;
    /**
     * Estimated heap of a thread's counters with their key, in bytes. {@code FIRST_THREAD_BYTES} includes the table.
     */
    private static final int THREAD_BYTES = 96;

    private static final int FIRST_THREAD_BYTES = THREAD_BYTES + 48;
    /**
     * A limit is needed, because servers can start a thread for each accept. Calls of further threads are counted only
     * for the process.
     */
    static final int MAX_THREADS = 1024;

    /** The key of calls that no thread of the process made itself, e.g. accepts by io_uring. */
    private static final int NO_THREAD = 0;

    private final Count all = new Count();
    private byte[] comm = {};
    /**
     * The thread that has made all calls so far. Undefined before the first call, and once other threads have made
     * calls.
     */
    private int onlyThread;
    /** Counters by thread id; null as long as only one thread is counted. */
    private @Nullable Map<Integer, Count> threads;

    /** The counters of accepts. */
    private static final class Count {
        private long calls;
        private long connections;
        private long empty;

        private void add(AcceptCall call) {
            calls++;
            connections += call.isConnection() ? 1 : 0;
            empty += call.isEmpty() ? 1 : 0;
        }

        private void add(Count other, int sign) {
            calls += sign * other.calls;
            connections += sign * other.connections;
            empty += sign * other.empty;
        }
    }

    void setComm(byte[] processComm) {
        comm = processComm;
    }

    /** {@code room}: reserves bytes of heap for another thread, or returns false. */
    void add(AcceptCall call, LongPredicate room) {
        int thread = call.isNative() ? call.caller().tid() : NO_THREAD;
        if (all.calls == 0) {
            onlyThread = thread;
        } else if (threads == null && thread != onlyThread && room.test(FIRST_THREAD_BYTES)) {
            threads = new TreeMap<>();
            Count first = new Count();
            first.add(all, 1);
            threads.put(onlyThread, first);
        }
        all.add(call);
        if (threads != null) {
            addToThread(threads, thread, call, room);
        }
    }

    private static void addToThread(Map<Integer, Count> threads, int thread, AcceptCall call, LongPredicate room) {
        Count count = threads.get(thread);
        if (count == null && threads.size() < MAX_THREADS && room.test(THREAD_BYTES)) {
            count = new Count();
            threads.put(thread, count);
        }
        if (count != null) {
            count.add(call);
        }
    }

    /** Returns the name of the process, in raw bytes. */
    public byte[] comm() {
        return comm;
    }

    /** Returns the number of accepts, including failed ones. */
    public long calls() {
        return all.calls;
    }

    public long connections() {
        return all.connections;
    }

    /** Returns the number of accepts that found no connection. */
    public long empty() {
        return all.empty;
    }

    /**
     * Returns the rows of the process: one for each thread if several accept, otherwise a single one; none without an
     * accept. A last row counts the calls that are in no other row, because no thread made them itself or because there
     * are too many threads.
     */
    List<Worker> rows(int tgid) {
        if (all.calls == 0) {
            return List.of();
        }
        if (!hasSeveralThreads()) {
            return List.of(row(tgid, Worker.WHOLE, all));
        }
        List<Worker> rows = new ArrayList<>();
        threads().forEach((tid, count) -> {
            if (tid != NO_THREAD) {
                rows.add(row(tgid, tid, count));
            }
        });
        Count rest = rest();
        if (rest.calls > 0) {
            rows.add(row(tgid, Worker.REST, rest));
        }
        return rows;
    }

    private Worker row(int tgid, int tid, Count count) {
        return new Worker(tgid, tid, comm, count.calls, count.connections, count.empty);
    }

    private boolean hasSeveralThreads() {
        return threads().size() - (threads().containsKey(NO_THREAD) ? 1 : 0) > 1;
    }

    private Map<Integer, Count> threads() {
        return threads == null ? Map.of(onlyThread, all) : threads;
    }

    /** Returns the counters of all calls that are not in the row of a thread. */
    private Count rest() {
        Count rest = new Count();
        rest.add(all, 1);
        threads().forEach((tid, count) -> rest.add(count, tid == NO_THREAD ? 0 : -1));
        return rest;
    }

    /** Returns the number of connections in a row with this {@link Worker#tid}. */
    public long connections(int tid) {
        if (tid == Worker.WHOLE) {
            return all.connections;
        }
        if (tid == Worker.REST) {
            return rest().connections;
        }
        Count count = threads().get(tid);
        return count == null ? 0 : count.connections;
    }
}
