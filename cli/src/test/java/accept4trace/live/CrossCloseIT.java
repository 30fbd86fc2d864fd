package accept4trace.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertIterableEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Tests that each line shows the right peer, although other threads immediately close the descriptor of the connection
 * and reuse its number.
 */
@ExtendWith(Privilege.class)
class CrossCloseIT {
    private static final int ACCEPTS = 10_000;

    /** An accepted connection, as claimed by the workload or as traced. */
    private record Accepted(long tid, String fd, String peerPort) {
        private static final Pattern RESULT =
                Pattern.compile("\\) = (\\d+|\\?)(?:<TCP:\\[[^>]*->127\\.0\\.0\\.1:(\\d+)\\]>)?");

        static Accepted parse(String line) {
            String[] fields = line.split(" ", -1);
            return new Accepted(Long.parseLong(fields[0]), fields[1], fields[2]);
        }

        static Accepted of(TracedCall call) {
            Matcher matcher = RESULT.matcher(call.text());
            return matcher.find()
                    ? new Accepted(call.tid(), matcher.group(1), matcher.group(2))
                    : new Accepted(call.tid(), call.text(), null);
        }

        /** Returns whether the kernel has skipped the BPF program that reads the result. */
        boolean hasNoResult() {
            return fd.equals("?");
        }

        Accepted withoutResult() {
            return new Accepted(tid, "?", peerPort);
        }

        Accepted withoutPeer() {
            return new Accepted(tid, fd, null);
        }
    }

    @Test
    void everyConnectionHasItsOwnPeer() {
        try (Workload workload = Workload.start("crossclose", Integer.toString(ACCEPTS));
                Tracer tracer = Tracer.attach(workload)) {
            workload.go();
            List<Accepted> claims = byThread(workload.lines().stream().map(Accepted::parse));
            List<TracedCall> calls = tracer.calls();
            List<Accepted> traced = byThread(calls.stream().map(Accepted::of));
            tracer.awaitExit(0);
            List<Accepted> truth = asFarAsSeen(claims, traced);
            assertTrue(truth.equals(claims) || tracer.reportsHalves(), tracer.notices()::toString);
            assertEquals(0, tracer.lost());
            assertEquals(ACCEPTS, traced.size());
            if (Rung.here().seesEveryAccept()) {
                assertIterableEquals(truth, traced);
            } else {
                assertIterableEquals(withoutPeers(truth), withoutPeers(traced));
                assertEveryPeerIsMarked(calls);
            }
        }
    }

    /**
     * Sorts by thread, because only calls of the same thread have a defined order. The sort keeps this order, because
     * it is stable.
     */
    private static List<Accepted> byThread(Stream<Accepted> accepted) {
        return accepted.sorted(Comparator.comparingLong(Accepted::tid)).toList();
    }

    private static List<Accepted> asFarAsSeen(List<Accepted> claims, List<Accepted> traced) {
        return IntStream.range(0, claims.size())
                .mapToObj(i -> i < traced.size() && traced.get(i).hasNoResult()
                        ? claims.get(i).withoutResult()
                        : claims.get(i))
                .toList();
    }

    private static List<Accepted> withoutPeers(List<Accepted> accepted) {
        return accepted.stream().map(Accepted::withoutPeer).toList();
    }

    /**
     * With tracepoints only, the tool looks up the peer after the call, when another thread may have replaced the
     * descriptor. So each line with a peer must end with a mark that says that the peer may be wrong.
     */
    private static void assertEveryPeerIsMarked(List<TracedCall> calls) {
        List<String> unmarked = calls.stream()
                .filter(call -> Accepted.of(call).peerPort() != null)
                .map(TracedCall::text)
                .filter(text -> !text.endsWith(Rung.TRACEPOINT.peerMark()))
                .toList();
        assertIterableEquals(List.of(), unmarked);
    }
}
