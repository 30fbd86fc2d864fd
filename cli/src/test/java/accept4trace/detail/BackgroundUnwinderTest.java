package accept4trace.detail;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import accept4trace.bounded.WaitBudget;
import accept4trace.capture.StackUnwinder;
import accept4trace.event.CallStack;
import accept4trace.event.StackFrame;
import accept4trace.event.UserStack;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class BackgroundUnwinderTest {
    private static final UserStack STACK = new UserStack(new byte[0]);
    private static final CallStack UNWOUND =
            new CallStack(List.of(new StackFrame(1, 1, new byte[] {'/'}, null, 0, null)), false);

    private final List<Runnable> work = new ArrayList<>();

    private static BackgroundUnwinder unwinder(Executor background) {
        StackUnwinder unwinder = new StackUnwinder() {
            @Override
            public CallStack unwind(int tgid, UserStack userStack) {
                return UNWOUND;
            }

            @Override
            public long address(UserStack userStack) {
                return 0x1234;
            }

            @Override
            public void close() {}
        };
        return new BackgroundUnwinder(unwinder, background, new WaitBudget(0, 0, () -> 0));
    }

    private static void assertUnanswered(CallStack stack) {
        assertTrue(stack.isAddressAlone());
        assertEquals(0x1234, stack.frames().get(0).address());
        assertEquals("no answer", stack.frames().get(0).unread());
    }

    @Test
    void unwindsInTheBackground() {
        CallStack stack = unwinder(Runnable::run).unwind(7, STACK);
        assertEquals(UNWOUND, stack);
        assertNull(stack.frames().get(0).unread());
    }

    @Test
    void unresponsiveFilesAreAwaitedOnce() {
        BackgroundUnwinder unwinder = unwinder(work::add);
        for (int i = 0; i < 1000; i++) {
            assertUnanswered(unwinder.unwind(7, STACK));
        }
        assertEquals(1, work.size());
        work.remove(0).run();
        assertUnanswered(unwinder.unwind(7, STACK));
        assertEquals(1, work.size(), "asked again once the files have answered");
    }

    /** The executor behaves as if the limit on threads were reached. */
    @Test
    void onlyTheAddressIsKnownWithoutAThread() {
        assertUnanswered(unwinder(task -> {
                    throw new RejectedExecutionException("no thread");
                })
                .unwind(7, STACK));
    }
}
