package accept4trace.diagnose;

import accept4trace.event.ThreadState;
import accept4trace.event.ThreadState.CpuTimes;
import accept4trace.event.ThreadState.CurrentCall;
import accept4trace.event.ThreadState.State;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the thread that accepts from a listener did while connections waited long. Two snapshots of the same thread
 * count if a slow connection was accepted between them.
 */
final class AcceptorTime {
    /** Limits the memory of a thread that is seen in many calls. */
    private static final int MAX_CALLS = 8;

    private @Nullable ThreadState last;
    private long lastNs;
    private long lastSlow;

    private long observedNs;
    private long onCpuNs;
    private long runDelayNs;
    /** How many snapshots saw the thread asleep in each system call. */
    private final Map<String, Integer> calls = new HashMap<>();

    private int asleep;

    /**
     * Adds a snapshot.
     *
     * @param thread the thread that accepted last; null if it is unknown
     * @param atNs time of the snapshot
     * @param slow number of slow connections so far
     */
    void add(@Nullable ThreadState thread, long atNs, long slow) {
        if (thread != null && last != null && thread.tid() == last.tid() && slow > lastSlow) {
            addInterval(last.cpu(), thread, atNs - lastNs);
        }
        last = thread;
        lastNs = atNs;
        lastSlow = slow;
    }

    private void addInterval(@Nullable CpuTimes before, ThreadState thread, long ns) {
        CpuTimes after = thread.cpu();
        if (before == null || after == null) {
            return;
        }
        observedNs += ns;
        onCpuNs += after.onCpuNs() - before.onCpuNs();
        runDelayNs += after.runDelayNs() - before.runDelayNs();
        CurrentCall call = thread.call();
        if (thread.state() == State.ASLEEP || thread.state() == State.DISK) {
            asleep++;
            if (call != null && call.known() != null && (calls.size() < MAX_CALLS || calls.containsKey(name(call)))) {
                calls.merge(name(call), 1, Integer::sum);
            }
        }
    }

    private static String name(CurrentCall call) {
        return String.valueOf(call.known());
    }

    private long asleepNs() {
        return Math.max(0, observedNs - onCpuNs - runDelayNs);
    }

    /** Returns e.g. "; its thread 12 was busy: on a CPU 97% of 7.0 s"; empty if that is unknown. */
    String text() {
        if (observedNs == 0 || last == null) {
            return "";
        }
        String time = " of " + StuckThread.seconds(observedNs);
        String thread = "; its thread " + last.tid() + " ";
        if (onCpuNs >= runDelayNs && onCpuNs >= asleepNs()) {
            return thread + "was busy: on a CPU " + share(onCpuNs) + time;
        }
        if (runDelayNs >= asleepNs()) {
            return thread + "was ready to run, but waited for a CPU " + share(runDelayNs) + time;
        }
        return thread + "slept " + share(asleepNs()) + time + mostly();
    }

    /** A tick can be counted late, so a share can exceed the time. */
    private String share(long ns) {
        return Check.percent(Math.min(ns, observedNs), observedNs);
    }

    private String mostly() {
        return calls.entrySet().stream()
                .max(Comparator.comparingInt(Map.Entry::getValue))
                .filter(call -> 2 * call.getValue() > asleep)
                .map(call -> ", mostly in " + call.getKey())
                .orElse("");
    }

    /** Adds the evidence by name; -1 if it is unknown. */
    void addTo(Map<String, Long> numbers) {
        boolean known = observedNs > 0;
        numbers.put("observed_ns", known ? observedNs : -1);
        numbers.put("on_cpu_ns", known ? onCpuNs : -1);
        numbers.put("run_delay_ns", known ? runDelayNs : -1);
        numbers.put("asleep_ns", known ? asleepNs() : -1);
    }
}
