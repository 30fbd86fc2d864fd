package accept4trace.bounded;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;

/**
 * Limits how long a caller waits for background work that can take any time. Long waits use up a budget. Between the
 * waits, the budget grows by a tenth of the time that passes, up to a maximum. Once the budget is used up, only short
 * waits are possible.
 */
public final class WaitBudget {
    private static final int SHARE = 10;

    private final long mostNs;
    private final long freeNs;
    private final LongSupplier clock;
    private long leftNs;
    private long lastNs;

    /**
     * @param mostNs the maximum, which is also the initial budget
     * @param freeNs the longest wait that uses no budget, e.g. how long the work takes if nothing blocks it; 0 if all
     *     waits use budget. A longer wait is charged in full.
     * @param clock returns nanoseconds
     */
    public WaitBudget(long mostNs, long freeNs, LongSupplier clock) {
        this.mostNs = mostNs;
        this.freeNs = freeNs;
        this.clock = clock;
        this.leftNs = mostNs;
        this.lastNs = clock.getAsLong();
    }

    /** Waits until the work ends, or for as long as is allowed. Returns whether it has ended, successfully or not. */
    public boolean await(Future<?> work) {
        long start = clock.getAsLong();
        leftNs = Math.min(mostNs, leftNs + (start - lastNs) / SHARE);
        boolean ended = hasEnded(work, Math.max(leftNs, freeNs));
        lastNs = clock.getAsLong();
        long waited = lastNs - start;
        leftNs = Math.max(0, leftNs - (waited > freeNs ? waited : 0));
        return ended;
    }

    private static boolean hasEnded(Future<?> work, long withinNs) {
        try {
            work.get(withinNs, TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
