package accept4trace.diagnose;

import accept4trace.event.ThreadState;
import accept4trace.event.ThreadState.CpuTimes;
import accept4trace.event.ThreadState.CurrentCall;
import accept4trace.event.ThreadState.State;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the only thread that uses a listening socket did while connections waited long in its queue. The time between
 * two successive snapshots counts if a connection that waited long was accepted in this time, or still waits at its
 * end.
 */
final class AcceptorTime {
    /** Limits the memory of a thread that is seen in many calls. */
    private static final int MAX_CALLS = 4;

    private final int tid;

    private long observedNs;
    private long onCpuNs;
    private long runDelayNs;

    private int snapshots;
    private int stopped;
    /** How many snapshots saw the thread asleep in each system call. */
    private final Map<String, Integer> calls = new HashMap<>();

    AcceptorTime(int tid) {
        this.tid = tid;
    }

    /**
     * Adds the time between two successive snapshots of the thread, in nanoseconds. A tick can be counted late, so the
     * kernel's times can exceed this time.
     */
    void add(ThreadState earlier, ThreadState later, long ns) {
        CpuTimes before = earlier.cpu();
        CpuTimes after = later.cpu();
        if (before == null || after == null || !isSameThread(before, after)) {
            return;
        }
        long onCpu = Math.min(after.onCpuNs() - before.onCpuNs(), ns);
        observedNs += ns;
        onCpuNs += onCpu;
        runDelayNs += Math.min(after.runDelayNs() - before.runDelayNs(), ns - onCpu);
        add(later.state(), later.call());
    }

    /** Returns false if the times have decreased, because the id then belongs to a new thread. */
    private static boolean isSameThread(CpuTimes before, CpuTimes after) {
        return after.onCpuNs() >= before.onCpuNs() && after.runDelayNs() >= before.runDelayNs();
    }

    private void add(State state, @Nullable CurrentCall call) {
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

    /** Returns e.g. "; its thread 12 was busy: on a CPU 97% of 7.0 s"; empty if the thread was not observed. */
    String text() {
        return observedNs == 0 ? "" : "; its thread " + tid + " " + summary();
    }

    /** Returns e.g. "was busy: on a CPU 97% of 7.0 s". */
    private String summary() {
        if (isMost(onCpuNs)) {
            return "was busy: on a CPU " + shareOfAll(onCpuNs);
        }
        if (isMost(runDelayNs)) {
            return "was ready to run, but waited for a CPU " + shareOfAll(runDelayNs);
        }
        if (isMost(offCpuNs())) {
            return whatItDidOffCpu() + shareOfAll(offCpuNs()) + mostly();
        }
        return "was on a CPU " + share(onCpuNs) + ", waited for one " + share(runDelayNs) + " and " + whatItDidOffCpu()
                + shareOfAll(offCpuNs()) + mostly();
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

    /** Adds the times by name. */
    void addTo(Map<String, Long> numbers) {
        numbers.put("observed_ns", observedNs);
        numbers.put("on_cpu_ns", onCpuNs);
        numbers.put("run_delay_ns", runDelayNs);
        numbers.put("asleep_or_stopped_ns", offCpuNs());
    }

    /** Adds -1 for each of the times. */
    static void addUnknown(Map<String, Long> numbers) {
        List.of("observed_ns", "on_cpu_ns", "run_delay_ns", "asleep_or_stopped_ns")
                .forEach(name -> numbers.put(name, -1L));
    }
}
