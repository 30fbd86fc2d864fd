package accept4trace.event;

import static org.junit.jupiter.api.Assertions.assertEquals;

import accept4trace.event.Losses.Uncounted;
import org.junit.jupiter.api.Test;

class CoverageTest {
    private static final FamilyCoverage SOME_TCP = new FamilyCoverage(Coverage.SOME, Coverage.ALL);

    private static FamilyCoverage with(long packets, long attempts, long unixConnects) {
        return FamilyCoverage.ALL.withLosses(Losses.NONE.with(new Uncounted(packets, attempts, unixConnects)));
    }

    @Test
    void uncountedRefusalsMakeTheNumberOfTheirFamilyALowerBound() {
        assertEquals(FamilyCoverage.ALL, with(0, 0, 0));
        assertEquals(SOME_TCP, with(1, 0, 0));
        assertEquals(SOME_TCP, with(0, 1, 0));
        assertEquals(new FamilyCoverage(Coverage.ALL, Coverage.SOME), with(0, 0, 1));
    }

    /** The number of refusals without a known listener can decrease, when a snapshot shows the holder. */
    @Test
    void onlyTheIntervalWithUncountedRefusalsIsALowerBound() {
        Losses before = Losses.NONE.with(new Uncounted(5, 0, 0));
        assertEquals(FamilyCoverage.ALL, FamilyCoverage.ALL.withLosses(before.since(before)));
        assertEquals(FamilyCoverage.ALL, FamilyCoverage.ALL.withLosses(Losses.NONE.since(before)));
    }
}
