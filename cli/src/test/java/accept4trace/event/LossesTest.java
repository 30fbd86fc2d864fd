package accept4trace.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import accept4trace.event.Losses.Uncounted;
import org.junit.jupiter.api.Test;

class LossesTest {
    private static Losses with(long packets, long attempts, long unixConnects) {
        return Losses.NONE.with(new Uncounted(packets, attempts, unixConnects));
    }

    @Test
    void refusalsThatAreNotShownAreLosses() {
        assertFalse(with(0, 0, 0).any());
        assertTrue(with(1, 0, 0).any());
        assertTrue(with(0, 1, 0).any());
        assertTrue(with(0, 0, 1).any());
    }

    @Test
    void refusalsAreCountedNoMatterWhyTheyAreMissing() {
        Losses skipped = SampleLosses.losses(0, 0, 0, 0, 0, 0, 1);
        assertEquals(1 + 2 + 4 + 8, skipped.with(new Uncounted(2, 4, 8)).refusals());
    }
}
