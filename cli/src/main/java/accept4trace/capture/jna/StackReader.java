package accept4trace.capture.jna;

import accept4trace.capture.CaptureException;
import accept4trace.capture.NativeLayout.Frame;
import accept4trace.capture.StackUnwinder;
import accept4trace.event.CallStack;
import accept4trace.event.EventLayout.Stack;
import accept4trace.event.StackFrame;
import accept4trace.event.UserStack;
import accept4trace.text.Errno;
import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Unwinds user stacks with the helper that liba4t starts. */
final class StackReader implements StackUnwinder {
    private static final int MAX_FRAMES = 64;

    private final NativeTracer library;
    private final Pointer stacks;
    private final Memory stack = new Memory(Stack.BYTES);
    private final Memory frames = new Memory(MAX_FRAMES * Frame.BYTES);
    private final Memory cut = new Memory(Integer.BYTES);

    private StackReader(NativeTracer library, Pointer stacks) {
        this.library = library;
        this.stacks = stacks;
    }

    static StackReader open(NativeTracer library) throws CaptureException {
        return new StackReader(library, library.openStacks());
    }

    @Override
    public CallStack unwind(int tgid, UserStack userStack) {
        byte[] bytes = userStack.bytes();
        stack.write(0, bytes, 0, bytes.length);
        int count = library.unwind(stacks, tgid, stack, frames, MAX_FRAMES, cut);
        if (count < 0) {
            long address = address(userStack);
            String why = count == -Errno.ECANCELED ? DIED : ENDED;
            return new CallStack(List.of(new StackFrame(address, address, null, null, 0, why)), true);
        }
        List<StackFrame> list = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            list.add(frame(i * Frame.BYTES));
        }
        return new CallStack(list, cut.getInt(0) != 0);
    }

    @Override
    public long address(UserStack userStack) {
        return library.stackAddress(userStack.bytes());
    }

    @Override
    public void close() {
        library.endStacks(stacks);
    }

    private StackFrame frame(int at) {
        Pointer unread = frames.getPointer(at + Frame.UNREAD);
        return new StackFrame(
                frames.getLong(at + Frame.ADDRESS),
                frames.getLong(at + Frame.FILE_OFFSET),
                text(frames.getPointer(at + Frame.PATH)),
                withoutVersion(text(frames.getPointer(at + Frame.FUNCTION))),
                frames.getLong(at + Frame.OFFSET),
                unread == null ? null : unread.getString(0, "US-ASCII"));
    }

    /** Removes the symbol version. Names in debug symbols include it, e.g. __libc_start_main@@GLIBC_2.34. */
    private static byte @Nullable [] withoutVersion(byte @Nullable [] function) {
        for (int i = 1; function != null && i < function.length; i++) {
            if (function[i] == '@') {
                return Arrays.copyOf(function, i);
            }
        }
        return function;
    }

    private static byte @Nullable [] text(@Nullable Pointer start) {
        return start == null ? null : start.getByteArray(0, (int) start.indexOf(0, (byte) 0));
    }
}
