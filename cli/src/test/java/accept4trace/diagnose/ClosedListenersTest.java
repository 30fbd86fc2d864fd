package accept4trace.diagnose;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import accept4trace.diagnose.Finding.Kind;
import accept4trace.event.RecordBuilder;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ClosedListenersTest extends Examining {
    /** One reset connection is enough for a finding. Connections that another socket takes over are not a fault. */
    @Test
    void closedListener() {
        examination.add(call(2).queue(3, 7).closed(0, 3, 0, false).decodeClosing());
        assertEquals(List.of(), headlines());
        examination.add(call(2).queue(3, 7).closed(1, 0, 0, false).decodeClosing());
        assertEquals(
                List.of("connections thrown away on 0.0.0.0:443: 1 of 6 that waited were reset when nginx[2] closed the"
                        + " listener"),
                headlines());
        assertEquals(
                Map.of("reset", 1L, "waiting", 6L, "migrated", 3L, "sockets", 2L),
                finding(Kind.CLOSED).numbers());
        assertEquals(List.of(2), finding(Kind.CLOSED).processes());
    }

    /** AF_UNIX has no SO_REUSEPORT groups. */
    @Test
    void remedyFitsTheFamily() {
        RecordBuilder unix = call(2).unixListener(new byte[] {'/', 'a'});
        examination.add(unix.queue(3, 7).closed(1, 0, 0, false).decodeClosing());
        assertFalse(finding(Kind.CLOSED).remedy().contains("SO_REUSEPORT"));
    }

    @Test
    void listenerOfAProcessThatEnded() {
        examination.add(call(2).queue(3, 7).closed(3, 0, 0, true).decodeClosing());
        assertEquals(
                List.of("connections thrown away on 0.0.0.0:443: 3 of 3 that waited were reset when nginx[2] ended"),
                headlines());
        assertEquals(1, diagnosis().processes());
        assertEquals(List.of("nginx"), diagnosis().programs());
    }

    /** The finding about the limit on open files already explains why the connections were not accepted. */
    @Test
    void connectionsThatWaitedBecauseOfTheFileLimitAreNotAFinding() {
        add(call(2).ret(-24));
        examination.add(call(2).queue(3, 7).closed(3, 0, 0, true).decodeClosing());
        assertEquals(1, headlines().size(), headlines()::toString);
        assertEquals(List.of(2), finding(Kind.EMFILE).processes());
    }

    /**
     * The process has accepted a connection since it reached the limit, so the limit does not explain why connections
     * still waited when it ended.
     */
    @Test
    void limitThatWasOverBeforeTheEndIsNoCause() {
        add(call(2).ret(-24));
        add(connection(2));
        examination.add(call(2).queue(3, 7).closed(3, 0, 0, true).decodeClosing());
        assertEquals(
                "connections thrown away on 0.0.0.0:443: 3 of 3 that waited were reset when nginx[2] ended",
                finding(Kind.CLOSED).headline());
    }

    @Test
    void emptyQueueShowsThatTheLimitIsOver() {
        add(call(2).ret(-23));
        add(empty(2));
        examination.add(call(2).queue(3, 7).closed(3, 0, 0, true).decodeClosing());
        assertEquals(List.of(2), finding(Kind.CLOSED).processes());
    }

    @Test
    void limitIsTheCauseAtAllListenersOfTheProcess() {
        add(call(2).ret(-24));
        examination.add(
                call(2).listenerInode(9).queue(3, 7).closed(3, 0, 0, true).decodeClosing());
        assertEquals(1, headlines().size(), headlines()::toString);
        assertEquals(List.of(2), finding(Kind.EMFILE).processes());
    }

    @Test
    void limitIsNoCauseAtAnotherProcess() {
        add(call(2).ret(-24));
        examination.add(
                call(3).listenerInode(9).queue(3, 7).closed(3, 0, 0, true).decodeClosing());
        assertEquals(List.of(3), finding(Kind.CLOSED).processes());
    }

    /**
     * One process closes its listener while no connection waits. Another one ends while five wait, as if one process of
     * an SO_REUSEPORT group had crashed.
     */
    @Test
    void onlyProcessesThatThrewConnectionsAwayAreNamed() {
        examination.add(call(2).queue(0, 7).closed(0, 0, 0, false).decodeClosing());
        examination.add(call(3).queue(5, 7).closed(5, 0, 0, true).decodeClosing());
        assertEquals(
                List.of("connections thrown away on 0.0.0.0:443: 5 of 5 that waited were reset when nginx[3] ended"),
                headlines());
        assertEquals(List.of(3), finding(Kind.CLOSED).processes());
    }
}
