package accept4trace.live;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Assertions;

/** Waits for conditions. The limit only ends tests that would hang. It is not a claim about how long anything takes. */
final class Await {
    static final Duration LIMIT = Duration.ofMinutes(5);

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(2);

    private Await() {}

    /** Polls for a condition that nothing reports, such as the state of another process. */
    static void until(String fact, BooleanSupplier holds) {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!holds.getAsBoolean()) {
            if (System.nanoTime() > end) {
                Assertions.fail("waited in vain until " + fact);
            }
            LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
        }
    }
}
