package accept4trace.detail;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import accept4trace.capture.StackUnwinder;
import accept4trace.event.CallStack;
import accept4trace.event.StackFrame;
import accept4trace.event.UserStack;
import accept4trace.fake.FakeSystem;
import accept4trace.output.Notices;
import accept4trace.proc.Processes;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CallStacksTest {
    private static final UserStack STACK = new UserStack(new byte[0]);

    /** Fails for the given reason. */
    private static final class FailingUnwinder implements StackUnwinder {
        private final String reason;
        private boolean closed;

        FailingUnwinder(String reason) {
            this.reason = reason;
        }

        @Override
        public CallStack unwind(int tgid, UserStack userStack) {
            return new CallStack(List.of(new StackFrame(1, 1, null, null, 0, reason)), true);
        }

        @Override
        public long address(UserStack userStack) {
            return 1;
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private CallStacks stacks(StackUnwinder unwinder, boolean quiet) {
        return new CallStacks(
                unwinder,
                new FakeSystem(),
                new Processes(Path.of("/nonexistent")),
                new Notices(new PrintStream(err), quiet));
    }

    private List<String> notices() {
        return err.toString(StandardCharsets.UTF_8).lines().toList();
    }

    @Test
    void endOfTheUnwinderIsReportedOnceEvenWithQuiet() {
        CallStacks stacks = stacks(new FailingUnwinder(StackUnwinder.ENDED), true);
        for (int tgid = 1; tgid < 4; tgid++) {
            assertTrue(stacks.of(tgid, STACK).isAddressAlone());
        }
        assertEquals(
                List.of(
                        "accept4-trace: stacks are missing from now on: the process that unwinds them has ended",
                        "hint: it was killed, or did not answer in time; start the trace again"),
                notices());
    }

    @ParameterizedTest
    @CsvSource({
        "unwinder died, 'hint: a stack of process 1 crashed the unwinder, so stacks like it are missing'",
        "no libdw, 'hint: without libdw.so.1, stacks only have the innermost line, without the function:"
                + " apt-get install libdw1, on Fedora elfutils-libs'",
        "too many open files, 'hint: the unwinder has too many open files, so functions in further files have no names:"
                + " trace processes with fewer libraries, or fewer processes at a time'",
        "no answer, 'hint: stacks are missing as long as reading files of process 1 hangs'"
    })
    void missingStackCausesOneHint(String reason, String hint) {
        CallStacks stacks = stacks(new FailingUnwinder(reason), false);
        for (int i = 0; i < 3; i++) {
            assertTrue(stacks.of(1, STACK).isAddressAlone());
        }
        assertEquals(List.of(hint), notices());
    }

    @Test
    void closesTheUnwinder() {
        FailingUnwinder unwinder = new FailingUnwinder("");
        stacks(unwinder, false).close();
        assertTrue(unwinder.closed);
    }
}
