package accept4trace.view;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class ScreenTest {
    private static IllegalStateException suppressing(Throwable reason) {
        IllegalStateException failure = new IllegalStateException("Unable to create a terminal");
        failure.addSuppressed(reason);
        return failure;
    }

    @Test
    void reasonOfAFailureIsItsInnermostCause() {
        IOException reason = new IOException("not a terminal");
        assertEquals(
                "not a terminal",
                Screen.reason(suppressing(new IOException("Unable to load", reason)))
                        .getMessage());
        assertEquals(
                "closed", Screen.reason(new IllegalStateException("closed")).getMessage());
    }

    @Test
    void errorIsRethrown() {
        Error reason = new OutOfMemoryError("unable to create native thread");
        IllegalStateException failure = suppressing(new IOException("Unable to load", reason));
        assertSame(reason, assertThrows(OutOfMemoryError.class, () -> Screen.reason(failure)));
    }
}
