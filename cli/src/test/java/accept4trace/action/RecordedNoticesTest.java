package accept4trace.action;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import accept4trace.capture.StackUnwinder;
import accept4trace.event.CallStack;
import accept4trace.event.RecordBuilder;
import accept4trace.event.StackFrame;
import accept4trace.event.UserStack;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests that --read prints the notices of the trace. */
class RecordedNoticesTest extends Recordings {
    private static final String ABSENT = "accept4-trace: no such process: 4194303\n";
    private static final String NO_STACKS = "stacks are missing from now on: the process that unwinds them has ended";

    /** Has ended before it can unwind a stack. */
    private static final class EndedUnwinder implements StackUnwinder {
        @Override
        public CallStack unwind(int tgid, UserStack stack) {
            return new CallStack(List.of(new StackFrame(1, 1, null, null, 0, ENDED)), true);
        }

        @Override
        public long address(UserStack stack) {
            return 1;
        }

        @Override
        public void close() {}
    }

    private void aTrace(boolean stacks) {
        live.tracing.unwinder = new EndedUnwinder();
        RecordBuilder last = calls(1)[0];
        live.source
                .then(batch(false, calls(2)))
                .then(batch(false, calls(2)[0], stacks ? last.stack(8, (byte) 1) : last))
                .then(batch(true, new RecordBuilder().processExit(0)));
    }

    private String notices() {
        return reader.system.text(STDERR);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-k",
                "-k -q",
                "-k -qq",
                "-k --format=json",
                "-k -q --format=json",
                "-c",
                "-c -q",
                "-k --trigger=wait=1h",
                "-k -q --trigger=wait=1h"
            })
    void noticesAreThoseOfTheTrace(String options) throws Exception {
        aTrace(options.contains("-k"));
        String expected = trace("-p 4194303 " + options);
        read(options);
        assertEquals(expected, reader.system.text(STDOUT));
        /* The first notice is older than the native library, so the fake stderr does not get it. */
        assertEquals(ABSENT + live.system.text(STDERR), notices());
        assertEquals(options.contains("-k"), notices().contains("accept4-trace: " + NO_STACKS + "\nhint: "));
        assertEquals(options.contains("-q"), !notices().contains("accept4-trace: tracing "));
    }

    @Test
    void noticesThatTheTraceHasOmittedAreRecorded() throws Exception {
        aTrace(false);
        record("-q");
        read("");
        assertTrue(notices().contains("accept4-trace: tracing accept4 and accept of "), this::notices);
    }
}
