package accept4trace.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertIterableEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests a server with many threads blocked in accept4 at the same time. A kretprobe, which follows only a limited
 * number of calls at a time, would miss some of these calls.
 */
@ExtendWith(Privilege.class)
class BlockedIT {
    private static final int THREADS = 200;
    private static final String UNREAD = "(unread)";

    @Test
    void callsBegunDuringTracingHaveLines() {
        try (Workload workload = Workload.start("blocked", Integer.toString(THREADS), "late");
                Tracer tracer = Tracer.attach(workload)) {
            List<TracedCall> calls = serve(workload, tracer);
            assertEquals(0, calls.stream().filter(TracedCall::isOlderThanTracer).count());
        }
    }

    @Test
    void callsBegunBeforeTracingHaveLines() {
        try (Workload workload = Workload.start("blocked", Integer.toString(THREADS));
                Tracer tracer = Tracer.attach(workload)) {
            List<TracedCall> calls = serve(workload, tracer);
            assertEquals(calls.size(), older(calls));
        }
    }

    /**
     * Without CAP_SYS_PTRACE, /proc hides which calls the threads are in, so the tool must find these calls in another
     * way.
     */
    @ParameterizedTest
    @ValueSource(strings = {"root", "user"})
    void callsHiddenByProcAreFound(String who) {
        String preparation = who.equals("root")
                ? "exec setpriv --bounding-set=-sys_ptrace \"$@\""
                : Unprivileged.with("bpf perfmon dac_read_search");
        try (Workload workload = Workload.start("blocked", Integer.toString(THREADS));
                Tracer tracer = Tracer.startAfter(preparation, "-p", workload.pidText())) {
            tracer.awaitLive();
            List<TracedCall> calls = serve(workload, tracer);
            assertEquals(calls.size(), older(calls));
        }
    }

    private static long older(List<TracedCall> calls) {
        return calls.stream()
                .filter(call -> call.isOlderThanTracer() || call.hasNoResult())
                .count();
    }

    private static List<TracedCall> serve(Workload workload, Tracer tracer) {
        workload.go();
        List<String> expected = workload.lines();
        List<TracedCall> calls = tracer.calls();
        tracer.awaitExit(0);
        assertEquals(THREADS, expected.size());
        List<String> seen = asFarAsSeen(expected, calls);
        assertTrue(seen.size() + tracer.missing() >= THREADS, () -> seen.size() + " calls seen");
        assertTrue(seen.equals(expected) || tracer.reportsHalves() || tracer.missing() > 0, tracer.notices()::toString);
        assertIterableEquals(sorted(seen.stream()), sorted(calls.stream().map(BlockedIT::line)));
        return calls;
    }

    /**
     * Returns the lines that the tracer can print. Each thread makes one call. If the kernel skipped the BPF program at
     * the exit of a call, the line shows neither the result nor the contents of the caller's buffer. If it skipped the
     * BPF programs at both entry and exit, the call has no line.
     */
    private static List<String> asFarAsSeen(List<String> expected, List<TracedCall> calls) {
        Set<Long> withoutResult = calls.stream()
                .filter(TracedCall::hasNoResult)
                .map(TracedCall::tid)
                .collect(Collectors.toSet());
        Set<Long> withLine = calls.stream().map(TracedCall::tid).collect(Collectors.toSet());
        return expected.stream()
                .filter(line -> withLine.contains(thread(line)))
                .map(line -> withoutResult.contains(thread(line))
                        ? line.replaceFirst("\\{.*\\}", UNREAD).replaceFirst("\\) = \\d+", ") = ?")
                        : line)
                .toList();
    }

    private static long thread(String line) {
        return Long.parseLong(line.split(" ")[0]);
    }

    private static String line(TracedCall call) {
        return call.tid() + " " + comparable(call);
    }

    /**
     * Returns the call in the form of {@link #asFarAsSeen}. Without a result, the line shows the address of the
     * caller's buffer, which is replaced by UNREAD. If the call began before tracing, a "?" for the initial length of
     * the buffer is removed.
     */
    private static String comparable(TracedCall call) {
        if (call.hasNoResult()) {
            return call.call().replaceFirst("0x[0-9a-f]+", UNREAD);
        }
        return call.isOlderThanTracer() ? call.call().replace("[? => 16]", "[16]") : call.call();
    }

    private static List<String> sorted(Stream<String> lines) {
        return lines.sorted().toList();
    }
}
