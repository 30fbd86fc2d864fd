package accept4trace.bounded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class WaitBudgetTest {
    private static final long MAX_WAIT = 2000;
    private static final long FREE = 10;

    private final List<Long> waits = new ArrayList<>();
    private long now;
    private final WaitBudget waitBudget = new WaitBudget(MAX_WAIT, FREE, () -> now);

    /** Work that takes {@code ns} on the test's clock. Records the timeouts of the waits for it. */
    private final class Work extends CompletableFuture<String> {
        private final long ns;

        Work(long ns) {
            this.ns = ns;
        }

        @Override
        public String get(long timeout, TimeUnit unit) throws TimeoutException {
            waits.add(unit.toNanos(timeout));
            now += Math.min(ns, timeout);
            if (ns > timeout) {
                throw new TimeoutException();
            }
            return "";
        }
    }

    @Test
    void endlessWorkIsAwaitedForATenthOfTheTime() {
        assertFalse(waitBudget.await(new Work(Long.MAX_VALUE)));
        now += 1000;
        assertFalse(waitBudget.await(new Work(Long.MAX_VALUE)));
        now += 1_000_000;
        assertFalse(waitBudget.await(new Work(Long.MAX_VALUE)));
        assertEquals(List.of(MAX_WAIT, 100L, MAX_WAIT), waits);
    }

    @Test
    void quickWorkDoesNotUseTheBudget() {
        for (int i = 0; i < 1000; i++) {
            assertTrue(waitBudget.await(new Work(FREE)));
        }
        assertEquals(MAX_WAIT, waits.get(999));
        assertTrue(waitBudget.await(new Work(FREE + 90)));
        assertTrue(waitBudget.await(new Work(0)));
        assertEquals(MAX_WAIT - 100, waits.get(1001));
    }

    @Test
    void quickWorkIsAwaitedAfterALongWait() {
        assertFalse(waitBudget.await(new Work(Long.MAX_VALUE)));
        assertTrue(waitBudget.await(new Work(FREE)));
    }

    @Test
    void failedWorkCountsAsEnded() {
        assertTrue(waitBudget.await(CompletableFuture.failedFuture(new IllegalStateException())));
    }
}
