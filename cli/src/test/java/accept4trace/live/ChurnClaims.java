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
 * What the workload churn says of itself.
 *
 * @param begun calls that threads were about to make, which some were killed before
 * @param ended calls that returned to the program
 * @param processes that came and went
 * @param connections thread and client's port of each TCP connection that it could note
 */
record ChurnClaims(long begun, long ended, long processes, List<String> connections) {
    private static final Pattern TCP_PEER = Pattern.compile("->127\\.0\\.0\\.1:(\\d+)\\]> ");
    private static final String KILLED = ") = ? <";

    /** Of one that has said "done"; waits for its end. */
    static ChurnClaims of(Workload workload) {
        List<String> told = workload.lines();
        long[] counts =
                Arrays.stream(told.get(0).split(" ")).mapToLong(Long::parseLong).toArray();
        return new ChurnClaims(counts[0], counts[1], counts[2], told.subList(1, told.size() - 1));
    }

    /** All lines of a trace with -f against them, and against the number of calls that perf counted. */
    void compare(List<String> lines, long counted) {
        List<TracedCall> calls = TracedCall.parseAll(lines);
        long returned =
                calls.stream().filter(call -> !call.text().contains(KILLED)).count();
        String all = calls.size() + " calls, of which " + returned + " returned; begun " + begun + ", ended " + ended;
        assertEquals(counted, calls.size(), all);
        assertTrue(calls.size() <= begun, all);
        assertTrue(returned >= ended, all);
        assertEquals(processes, lines.size() - calls.size(), "ends of processes");
        Map<String, Integer> told = new HashMap<>();
        calls.stream().flatMap(ChurnClaims::connection).forEach(key -> told.merge(key, 1, Integer::sum));
        for (String note : connections) {
            assertTrue(told.merge(note, -1, Integer::sum) >= 0, () -> "no line for thread and client " + note);
        }
        assertTrue(connections.size() > 100, all);
    }

    private static Stream<String> connection(TracedCall call) {
        Matcher matcher = TCP_PEER.matcher(call.text());
        return matcher.find() ? Stream.of(call.tid() + " " + matcher.group(1)) : Stream.empty();
    }
}
