package accept4trace.capture.jna;

import accept4trace.capture.CaptureException;
import accept4trace.capture.FailureKind;
import accept4trace.capture.NativeLayout.Frame;
import accept4trace.capture.StackUnwinder;
import accept4trace.event.CallStack;
import accept4trace.event.EventLayout.Stack;
import accept4trace.event.StackFrame;
import accept4trace.event.UserStack;
import com.sun.jna.Function;
import com.sun.jna.Memory;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Unwinds user stacks with liba4t-stack (native/stack/a4t_stack.h), which needs elfutils. */
final class StackReader implements StackUnwinder {
    private static final String LIBRARY = "a4t-stack";
    private static final int MAX_FRAMES = 64;

    private final Function unwind;
    private final Function address;
    private final Pointer stacks;
    private final Memory stack = new Memory(Stack.BYTES);
    private final Memory frames = new Memory(MAX_FRAMES * Frame.BYTES);
    private final Memory cut = new Memory(Integer.BYTES);

    private StackReader(NativeLibrary library) {
        this.unwind = library.getFunction("a4t_stacks_unwind");
        this.address = library.getFunction("a4t_stack_address");
        this.stacks = library.getFunction("a4t_stacks_open").invokePointer(new Object[0]);
    }

    static StackReader load() throws CaptureException {
        try {
            return new StackReader(Handshake.require(NativeLibrary.getInstance(LIBRARY)));
        } catch (UnsatisfiedLinkError e) {
            String why = reason(String.valueOf(e.getMessage()));
            throw new CaptureException(FailureKind.STACK_LIBRARY, "load the library that reads stacks", 0, why);
        }
    }

    /** Returns the line of JNA's message that names the missing library. JNA adds a line for each place it searched. */
    private static String reason(String message) {
        return message.lines()
                .filter(line -> line.contains(".so") && !line.contains("lib" + LIBRARY + ".so"))
                .findFirst()
                .orElseGet(() -> message.lines().findFirst().orElse(""));
    }

    @Override
    public CallStack unwind(int tgid, UserStack userStack) {
        byte[] bytes = userStack.bytes();
        stack.write(0, bytes, 0, bytes.length);
        int count = unwind.invokeInt(new Object[] {stacks, tgid, stack, frames, MAX_FRAMES, cut});
        List<StackFrame> list = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            list.add(frame(i * Frame.BYTES));
        }
        return new CallStack(list, cut.getInt(0) != 0);
    }

    @Override
    public long address(UserStack userStack) {
        return address.invokeLong(new Object[] {userStack.bytes()});
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

    /** Removes the symbol version, which names in debug symbols include: __libc_start_main@@GLIBC_2.34. */
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
