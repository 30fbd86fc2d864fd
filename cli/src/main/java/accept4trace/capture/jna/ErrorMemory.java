package accept4trace.capture.jna;

import accept4trace.capture.CaptureException;
import com.sun.jna.Memory;

/** struct a4t_error of native/a4t.h. */
final class ErrorMemory {
    private static final int ERRNO = 0;
    private static final int STAGE = 4;
    private static final int DETAIL = 112;
    private static final int SIZE = 512;

    private final Memory memory = new Memory(SIZE);

    ErrorMemory() {
        memory.clear();
    }

    Memory memory() {
        return memory;
    }

    CaptureException toException() {
        return new CaptureException(memory.getString(STAGE), memory.getInt(ERRNO), memory.getString(DETAIL));
    }
}
