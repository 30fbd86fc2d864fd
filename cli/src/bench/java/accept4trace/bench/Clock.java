package accept4trace.bench;

import java.util.concurrent.TimeUnit;

/** Methods that wait. */
final class Clock {
    private Clock() {}

    static void sleep(long milliseconds) {
        try {
            Thread.sleep(milliseconds);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Waits for the end of a process, and kills it if it takes too long. */
    static void awaitEnd(Process process, long milliseconds) {
        try {
            if (!process.waitFor(milliseconds, TimeUnit.MILLISECONDS)) {
                Children.kill(process);
                process.waitFor();
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
