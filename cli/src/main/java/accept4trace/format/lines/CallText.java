package accept4trace.format.lines;

import accept4trace.event.AcceptEvent;
import accept4trace.event.Ending;
import accept4trace.event.RelatedCall;
import accept4trace.format.FdText;
import accept4trace.format.SocketFlags;
import accept4trace.text.Errno;
import accept4trace.text.Paint;
import accept4trace.text.Text;

/** A call in strace's notation, from its name to its result. */
final class CallText {
    private static final String UNKNOWN_ARGUMENTS = "?, ?, ?";

    private final FdText fds;
    private final RelatedText related;
    private final int column;

    /** {@code column}: where in its line a result stands at the least. */
    CallText(FdText fds, int column) {
        this.fds = fds;
        this.related = new RelatedText(fds);
        this.column = column;
    }

    void append(Text out, AcceptEvent event) {
        out.add(event.syscall()).add('(');
        fds.listener(out, event);
        out.add(", ");
        if (event.via() == null) {
            arguments(out, event);
        } else {
            out.add(UNKNOWN_ARGUMENTS);
        }
        close(out);
        if (!event.hasResult()) {
            fds.unknown(out, event);
        } else if (event.failed()) {
            Errno.result(out, event.ret());
        } else {
            fds.accepted(out, event);
        }
    }

    void append(Text out, RelatedCall call) {
        out.add(call.syscall()).add('(');
        related.append(out, call);
        close(out);
        if (call.ending() != Ending.RETURNED) {
            out.add('?');
        } else if (call.failed()) {
            Errno.result(out, call.ret());
        } else {
            out.add(call.ret());
        }
    }

    /** As strace shows a call that nobody will see the end of: what the kernel would have left is not there. */
    void unfinished(Text out, AcceptEvent event) {
        out.add(event.syscall()).add('(');
        fds.listener(out, event);
        out.add(",  <unfinished ...>");
        close(out);
        out.add('?');
    }

    private void close(Text out) {
        out.add(") ").spaces(column - out.column()).add("= ");
    }

    private void arguments(Text out, AcceptEvent event) {
        AddressArguments.append(out, event, fds.interfacesOf(event.netns()));
        if (event.hasFlags()) {
            out.add(", ").paint(Paint.FLAGS);
            SocketFlags.append(out, event.socketFlags());
            out.unpaint();
        }
    }
}
