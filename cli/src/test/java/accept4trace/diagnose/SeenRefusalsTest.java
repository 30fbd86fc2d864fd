package accept4trace.diagnose;

import static org.junit.jupiter.api.Assertions.assertEquals;

import accept4trace.diagnose.Finding.Kind;
import accept4trace.event.RefusalBuilder;
import accept4trace.event.RefusalCoverage;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests the finding about refused connections that hooks have seen, which need not be estimated from counters. */
class SeenRefusalsTest extends Examining {
    private void refuse() {
        examination.add(new RefusalBuilder().decode(), true);
        examination.add(new RefusalBuilder().decode(), false);
    }

    /** The listener accepts nothing, so its counter of drops is unknown, and only the seen refusals can be counted. */
    @Test
    void seenRefusalsAreExact() {
        refuse();
        refuse();
        examination.setRefusals(RefusalCoverage.ALL);
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
        examination.setRefusals(RefusalCoverage.SOME);
        Finding queue = finding(Kind.REFUSED);
        assertEquals(
                "accept queue of 0.0.0.0:8077 was full and refused at least 1 attempt (2 packets): 6 of 5 waited",
                queue.headline());
        assertEquals(1, queue.numbers().get("refused_at_least"));
    }

    @Test
    void countersAreIgnoredIfAllRefusalsWouldBeSeen() {
        facts.overflows = 9;
        add(connection(1).queue(5, 5).drops(0));
        add(connection(1).queue(5, 5).drops(8));
        examination.setRefusals(RefusalCoverage.ALL);
        assertEquals(List.of("accept queue of 0.0.0.0:443 is filling: 5 of 5 waited"), headlines());
    }
}
