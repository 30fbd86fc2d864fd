package accept4trace.detail;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import accept4trace.capture.CaptureException;
import accept4trace.fake.FakePlatform;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ExecutablesTest {
    private final FakePlatform platform = new FakePlatform();

    private boolean is32Bit(int tgid, Executor background) {
        return new Executables(platform, background).test(tgid);
    }

    @BeforeEach
    void makeProgram() {
        platform.system.programs32.add(32);
    }

    @Test
    void asksTheSystem() {
        assertTrue(is32Bit(32, Runnable::run));
        assertFalse(is32Bit(64, Runnable::run));
    }

    @Test
    void unknownProgramsAreNot32Bit() {
        assertFalse(is32Bit(32, task -> {
            throw new RejectedExecutionException("no thread");
        }));
        platform.failure = new CaptureException("load the native library", 0, "");
        assertFalse(is32Bit(32, Runnable::run));
    }
}
