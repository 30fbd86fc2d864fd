package accept4trace.format.lines;

import accept4trace.event.CallStack;
import accept4trace.event.Caller;
import accept4trace.event.StackFrame;
import accept4trace.format.ProcessDetails;
import accept4trace.text.Escaper;
import accept4trace.text.Text;

/** Formats a stack as lines below its call, like strace -k. */
final class StackText {
    private static final String NO_FILE = "[anon]";
    private static final String UNKNOWN = "[unknown]";

    private final ProcessDetails details;

    StackText(ProcessDetails details) {
        this.details = details;
    }

    /** Appends nothing if no stack was recorded. */
    void append(Text out, Caller caller) {
        if (caller.stack() == null) {
            return;
        }
        CallStack unwound = details.stack(caller.tgid(), caller.stack());
        for (StackFrame frame : unwound.frames()) {
            frame(out, frame, unwound.isAddressAlone() ? UNKNOWN : NO_FILE);
        }
    }

    private static void frame(Text out, StackFrame frame, String noFile) {
        out.add(" > ");
        if (frame.path() == null) {
            out.add(noFile);
        } else {
            Escaper.line(out, frame.path());
        }
        out.add('(');
        if (frame.function() != null) {
            Escaper.line(out, frame.function());
            out.add('+').hex(frame.offset());
        }
        out.add(") [").hex(frame.fileOffset()).add(']');
        if (frame.unread() != null) {
            out.add(" <unread: ").utf8(frame.unread()).add('>');
        }
        out.add('\n');
    }
}
