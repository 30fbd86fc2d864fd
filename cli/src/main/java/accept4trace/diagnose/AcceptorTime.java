package accept4trace.diagnose;

import accept4trace.event.ThreadState;
import accept4trace.event.ThreadState.CpuTimes;
import accept4trace.event.ThreadState.CurrentCall;
import accept4trace.event.ThreadState.State;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the threads that accept from a listener did while connections waited long. The time between two successive
 * snapshots counts if the same thread was the last to accept before each of them, and a connection that waited long was
 * accepted in this time, or still waits at its end.
 */
final class AcceptorTime {
    /** Limits the memory of a listener from which many threads accept. */
    private static final int MAX_THREADS = 4;
    /** Limits the memory of a thread that is seen in many calls. */
    private static final int MAX_CALLS = 4;

    private static final int SNAPSHOT_BYTES = 200;
    private static final int THREAD_BYTES = 150 + MAX_CALLS * 50;

    private @Nullable ThreadState last;
    private long lastNs;
    private long lastSlow;

    /** By thread id. */
    private final Map<Integer, Times> threads = new LinkedHashMap<>();

    /** How one thread spent its time, in nanoseconds. */
    private static final class Times {
        private long observedNs;
        private long onCpuNs;
        private long runDelayNs;

        private int snapshots;
        private int stopped;
        /** How many snapshots saw the thread asleep in each system call. */
        private final Map<String, Integer> calls = new HashMap<>();

        /** A tick can be counted late, so the kernel's times can exceed the interval. */
        void add(CpuTimes before, CpuTimes after, long ns) {
            long onCpu = Math.min(after.onCpuNs() - before.onCpuNs(), ns);
            observedNs += ns;
            onCpuNs += onCpu;
            runDelayNs += Math.min(after.runDelayNs() - before.runDelayNs(), ns - onCpu);
        }

        void add(State state, @Nullable CurrentCall call) {
            snapshots++;
            if (state == State.STOPPED) {
                stopped++;
            } else if ((state == State.ASLEEP || state == State.DISK) && call != null && call.known() != null) {
                String name = call.known().toString();
                if (calls.size() < MAX_CALLS || calls.containsKey(name)) {
                    calls.merge(name, 1, Integer::sum);
                }
            }
        }

        long observedNs() {
            return observedNs;
        }

        private long offCpuNs() {
            return observedNs - onCpuNs - runDelayNs;
        }

        /** Returns e.g. "was busy: on a CPU 97% of 7.0 s". */
        String text() {
            if (isMost(onCpuNs)) {
                return "was busy: on a CPU " + shareOfAll(onCpuNs);
            }
            if (isMost(runDelayNs)) {
                return "was ready to run, but waited for a CPU " + shareOfAll(runDelayNs);
            }
            if (isMost(offCpuNs())) {
                return whatItDidOffCpu() + shareOfAll(offCpuNs()) + mostly();
            }
            return "was on a CPU " + share(onCpuNs) + ", waited for one " + share(runDelayNs) + " and "
                    + whatItDidOffCpu() + shareOfAll(offCpuNs()) + mostly();
        }

        private boolean isMost(long ns) {
            return 2 * ns >= observedNs;
        }

        private String shareOfAll(long ns) {
            return share(ns) + " of " + StuckThread.seconds(observedNs);
        }

        private String share(long ns) {
            return Check.percent(ns, observedNs);
        }

        private String whatItDidOffCpu() {
            if (stopped == 0) {
                return "slept ";
            }
            return stopped == snapshots ? "was stopped " : "slept or was stopped ";
        }

        private String mostly() {
            return calls.entrySet().stream()
                    .max(Comparator.comparingInt(Map.Entry::getValue))
                    .filter(call -> 2 * call.getValue() > snapshots)
                    .map(call -> ", mostly in " + call.getKey())
                    .orElse("");
        }

        void addTo(Map<String, Long> numbers) {
            numbers.put("observed_ns", observedNs);
            numbers.put("on_cpu_ns", onCpuNs);
            numbers.put("run_delay_ns", runDelayNs);
            numbers.put("asleep_or_stopped_ns", offCpuNs());
        }
    }

    /**
     * Adds a snapshot.
     *
     * @param thread the thread that accepted last; null if it is unknown
     * @param atNs time of the snapshot
     * @param slow number of slow connections that have been accepted so far
     * @param waitsLong a connection has waited for {@link SlowAccepts#SLOW_NS} and is not accepted yet
     */
    void add(@Nullable ThreadState thread, long atNs, long slow, boolean waitsLong) {
        if (thread != null && last != null && thread.tid() == last.tid() && (waitsLong || slow > lastSlow)) {
            addInterval(last.cpu(), thread, atNs - lastNs);
        }
        last = thread;
        lastNs = atNs;
        lastSlow = slow;
    }

    /** Called when a part of the run is missing. */
    void skip() {
        last = null;
    }

    private void addInterval(@Nullable CpuTimes before, ThreadState thread, long ns) {
        CpuTimes after = thread.cpu();
        if (before == null
                || after == null
                || !isSameThread(before, after)
                || (threads.size() == MAX_THREADS && !threads.containsKey(thread.tid()))) {
            return;
        }
        Times times = threads.computeIfAbsent(thread.tid(), tid -> new Times());
        times.add(before, after, ns);
        times.add(thread.state(), thread.call());
    }

    /** Returns false if the times have decreased, because the id then belongs to a new thread. */
    private static boolean isSameThread(CpuTimes before, CpuTimes after) {
        return after.onCpuNs() >= before.onCpuNs() && after.runDelayNs() >= before.runDelayNs();
    }

    /** Returns the thread that was observed longest; null if none was. */
    private Map.@Nullable Entry<Integer, Times> mostObserved() {
        Map.Entry<Integer, Times> most = null;
        for (Map.Entry<Integer, Times> entry : threads.entrySet()) {
            if (most == null || entry.getValue().observedNs() > most.getValue().observedNs()) {
                most = entry;
            }
        }
        return most;
    }

    /**
     * Describes the thread that was observed longest, e.g. "; its thread 12 was busy: on a CPU 97% of 7.0 s". Returns
     * an empty string if none was observed.
     */
    String text() {
        Map.Entry<Integer, Times> thread = mostObserved();
        return thread == null
                ? ""
                : "; its thread " + thread.getKey() + " " + thread.getValue().text();
    }

    /** Adds the times of the thread that was observed longest, by name; -1 if none was observed. */
    void addTo(Map<String, Long> numbers) {
        Map.Entry<Integer, Times> thread = mostObserved();
        if (thread == null) {
            List.of("observed_ns", "on_cpu_ns", "run_delay_ns", "asleep_or_stopped_ns")
                    .forEach(name -> numbers.put(name, -1L));
        } else {
            thread.getValue().addTo(numbers);
        }
    }

    /** Returns an upper estimate of the memory, in bytes. */
    long bytes() {
        return (last == null ? 0 : SNAPSHOT_BYTES) + (long) THREAD_BYTES * threads.size();
    }
}
