package accept4trace.format.lines;

import accept4trace.event.AcceptCall;
import accept4trace.event.Call;
import accept4trace.event.Span;
import accept4trace.format.FdText;
import accept4trace.format.SocketFlags;
import accept4trace.text.Errno;
import accept4trace.text.Paint;
import accept4trace.text.Text;

/** Formats a call in strace's syntax, from its name to its result. */
final class CallText {
    private static final String UNKNOWN_ADDRESS = "?, ?";

    private final FdText fds;
    private final RelatedText related;
    private final AddressArguments addresses;
    private final int column;

    /**
     * @param brief abbreviate the arguments whose values the result shows
     * @param column minimum column of the result in its line
     */
    CallText(FdText fds, boolean brief, int column) {
        this.fds = fds;
        this.related = new RelatedText(fds);
        this.addresses = new AddressArguments(fds, brief);
        this.column = column;
    }

    void append(Text out, Call call) {
        out.add(call.syscall().toString()).add('(');
        call.visit(accept -> arguments(out, accept), other -> related.append(out, other));
        close(out);
        if (call.failed()) {
            Errno.result(out, call.span().ret());
        } else {
            call.visit(accept -> fds.accepted(out, accept), other -> number(out, other.span()));
        }
    }

    private static void number(Text out, Span span) {
        if (span.hasResult()) {
            out.add(span.ret());
        } else {
            out.add('?');
        }
    }

    /**
     * Appends a repeated failed call. Abbreviates the arguments after the fd, because the previous line of the thread
     * shows them.
     */
    void repeated(Text out, AcceptCall call) {
        out.add(call.syscall().toString()).add('(');
        fds.listener(out, call);
        out.utf8(out.isUtf8() ? ", \u2026" : ", ...");
        close(out);
        Errno.result(out, call.span().ret());
    }

    /** Appends a call that did not return. Like strace, omits the arguments that are decoded at exit. */
    void unfinished(Text out, AcceptCall call) {
        out.add(call.syscall().toString()).add('(');
        if (AddressArguments.areDecodedAtExit(call.arguments())) {
            fds.listener(out, call);
            out.add(",  <unfinished ...>");
        } else {
            arguments(out, call);
        }
        close(out);
        out.add('?');
    }

    private void close(Text out) {
        out.add(") ").spaces(column - out.column()).add("= ");
    }

    private void arguments(Text out, AcceptCall call) {
        fds.listener(out, call);
        out.add(", ");
        if (call.isNative()) {
            addresses.append(out, call);
        } else {
            out.add(UNKNOWN_ADDRESS);
        }
        if (call.syscall().hasFlags()) {
            out.add(", ");
            flags(out, call);
        }
    }

    private static void flags(Text out, AcceptCall call) {
        if (!call.isNative()) {
            out.add('?');
            return;
        }
        out.paint(Paint.FLAGS);
        SocketFlags.append(out, call.arguments().flags());
        out.unpaint();
    }
}
