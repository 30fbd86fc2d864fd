package accept4trace.capture.jna;

import accept4trace.capture.CaptureException;
import accept4trace.capture.FailureKind;
import accept4trace.capture.NativeLayout.Failure;
import com.sun.jna.Memory;

/** A {@code struct a4t_error}, in which the library describes a failure. */
final class ErrorMemory {
    private final Memory memory = new Memory(Failure.BYTES);

    ErrorMemory() {
        memory.clear();
    }

    Memory memory() {
        return memory;
    }

    CaptureException toException() {
        return new CaptureException(
                FailureKind.of(memory.getInt(Failure.FAILURE)),
                memory.getString(Failure.STAGE),
                memory.getInt(Failure.ERROR),
                memory.getString(Failure.DETAIL));
    }
}
