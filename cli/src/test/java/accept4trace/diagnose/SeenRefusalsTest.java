package accept4trace.diagnose;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import accept4trace.diagnose.Finding.Kind;
import accept4trace.event.Coverage;
import accept4trace.event.FamilyCoverage;
import accept4trace.event.RefusalBuilder;
import accept4trace.event.UnixRefusalBuilder;
import accept4trace.format.SampleCalls;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Tests the finding about refused connections if hooks see the refusals, so that their number need not be estimated
 * from counters.
 */
class SeenRefusalsTest extends Examining {
    private static final FamilyCoverage TCP = new FamilyCoverage(Coverage.ALL, Coverage.NONE);
    private static final FamilyCoverage UNIX = new FamilyCoverage(Coverage.NONE, Coverage.ALL);

    private void refuse() {
        examination.add(new RefusalBuilder().decode(), true);
        examination.add(new RefusalBuilder().decode(), false);
    }

    /** The listener accepts nothing, so its counter of drops is unknown, and only the seen refusals can be counted. */
    @Test
    void seenRefusalsAreExact() {
        refuse();
        refuse();
        examination.setRefusals(TCP);
        Finding queue = finding(Kind.REFUSED);
        assertEquals(
                "accept queue of 0.0.0.0:8077 was full and refused 2 attempts (4 packets): 6 of 5 waited",
                queue.headline());
        assertEquals(2, queue.numbers().get("refused"));
        assertEquals(4, queue.numbers().get("refused_packets"));
    }

    @Test
    void someSeenRefusalsAreALowerBound() {
        refuse();
        examination.setRefusals(new FamilyCoverage(Coverage.SOME, Coverage.NONE));
        Finding queue = finding(Kind.REFUSED);
        assertEquals(
                "accept queue of 0.0.0.0:8077 was full and refused at least 1 attempt (2 packets): 6 of 5 waited",
                queue.headline());
        assertEquals(1, queue.numbers().get("refused_at_least"));
    }

    /** The packets may belong to attempts that began before the tool saw them, so none is the first of an attempt. */
    @Test
    void packetsProveAnAttempt() {
        examination.add(new RefusalBuilder().decode(), false);
        examination.setRefusals(new FamilyCoverage(Coverage.SOME, Coverage.NONE));
        assertEquals(
                "accept queue of 0.0.0.0:8077 was full and refused at least 1 attempt (1 packet): 6 of 5 waited",
                finding(Kind.REFUSED).headline());
    }

    @Test
    void countersAreIgnoredIfAllRefusalsWouldBeSeen() {
        facts.overflows = 9;
        add(connection(1).queue(5, 5).drops(0));
        add(connection(1).queue(5, 5).drops(8));
        examination.setRefusals(TCP);
        assertEquals(List.of("accept queue of 0.0.0.0:443 is filling: 5 of 5 waited"), headlines());
    }

    /** Unlike a TCP client, an AF_UNIX client sends no packets, so the finding has no number of packets. */
    @Test
    void refusedUnixClients() {
        examination.add(new UnixRefusalBuilder().decode());
        examination.add(new UnixRefusalBuilder().decode());
        examination.setRefusals(UNIX);
        Finding queue = finding(Kind.REFUSED);
        assertEquals(
                "accept queue of UNIX 700,\"/run/app.sock\" was full and refused 2 attempts: 6 of 5 waited",
                queue.headline());
        assertEquals(2, queue.numbers().get("refused"));
        assertNull(queue.numbers().get("refused_packets"));
    }

    /** A call names the protocol UNIX-STREAM. A refusal and a snapshot only know the address family. */
    @Test
    void listenerHasTheSameNameInEachFinding() {
        add(SampleCalls.unix("/run/app.sock\0".getBytes(StandardCharsets.UTF_8), new byte[0])
                .surroundings(7, 1));
        refusedUnixClients();
    }

    @Test
    void someRefusedUnixClientsAreALowerBound() {
        examination.add(new UnixRefusalBuilder().withoutQueue().decode());
        examination.setRefusals(new FamilyCoverage(Coverage.ALL, Coverage.SOME));
        assertEquals(
                "accept queue of UNIX 700,\"/run/app.sock\" was full and refused at least 1 attempt",
                finding(Kind.REFUSED).headline());
    }
}
