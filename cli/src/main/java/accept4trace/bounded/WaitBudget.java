package accept4trace.bounded;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;

/**
 * Limits how long a caller waits for work in the background that can take any time. Long waits use up a budget, which
 * grows by a tenth of the time between them, up to a maximum. Without a budget left, only short waits remain.
 */
public final class WaitBudget {
    private static final int SHARE = 10;

    private final long mostNs;
    private final long freeNs;
    private final LongSupplier clock;
    private long leftNs;
    private long lastNs;

    /**
     * @param mostNs the full budget, with which it begins
     * @param freeNs the longest wait that costs nothing, as the work itself can take that long; a longer one costs its
     *     whole time; 0 if all waits count
     * @param clock returns nanoseconds
     */
    public WaitBudget(long mostNs, long freeNs, LongSupplier clock) {
        this.mostNs = mostNs;
        this.freeNs = freeNs;
        this.clock = clock;
        this.leftNs = mostNs;
        this.lastNs = clock.getAsLong();
    }

    /** Waits for the end of some work, in failure or not. Returns whether it has ended. */
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
