package accept4trace.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What the workload "churn" claims about its calls.
 *
 * @param begun calls that threads were about to make; some threads were killed before they called
 * @param ended calls whose return a thread has counted; some threads were killed after a call, but before counting it
 * @param processes processes that started and ended
 * @param connections thread and client port of each TCP connection that the workload could record
 */
record ChurnClaims(long begun, long ended, long processes, List<String> connections) {
    private static final Pattern TCP_PEER = Pattern.compile("->127\\.0\\.0\\.1:(\\d+)\\]> ");
    private static final String KILLED = ") = ? <";

    /** Reads the claims of a workload that has printed "done", and waits for its end. */
    static ChurnClaims of(Workload workload) {
        List<String> printed = workload.lines();
        long[] counts = Arrays.stream(printed.get(0).split(" "))
                .mapToLong(Long::parseLong)
                .toArray();
        return new ChurnClaims(counts[0], counts[1], counts[2], printed.subList(1, printed.size() - 1));
    }

    /** Compares all lines of a trace with -f to the claims, and to the number of calls that perf counted. */
    void compare(List<String> lines, long counted) {
        List<TracedCall> calls = TracedCall.parseAll(lines);
        long returned =
                calls.stream().filter(call -> !call.text().contains(KILLED)).count();
        String all = calls.size() + " calls, of which " + returned + " returned; begun " + begun + ", ended " + ended;
        assertEquals(counted, calls.size(), all);
        assertTrue(calls.size() <= begun, all);
        assertTrue(returned >= ended, all);
        assertEquals(processes, lines.size() - calls.size(), "ends of processes");
        Map<String, Integer> traced = new HashMap<>();
        calls.stream().flatMap(ChurnClaims::connection).forEach(key -> traced.merge(key, 1, Integer::sum));
        for (String note : connections) {
            assertTrue(traced.merge(note, -1, Integer::sum) >= 0, () -> "no line for thread and client " + note);
        }
        assertTrue(connections.size() > 100, all);
    }

    private static Stream<String> connection(TracedCall call) {
        Matcher matcher = TCP_PEER.matcher(call.text());
        return matcher.find() ? Stream.of(call.tid() + " " + matcher.group(1)) : Stream.empty();
    }
}
