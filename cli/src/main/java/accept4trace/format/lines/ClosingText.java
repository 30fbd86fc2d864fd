package accept4trace.format.lines;

import accept4trace.event.Closing;
import accept4trace.event.GivenUp;
import accept4trace.event.KernelSocket;
import accept4trace.event.ListenerFd;
import accept4trace.format.FdText;
import accept4trace.format.LinePrefix;
import accept4trace.format.ProcessDetails;
import accept4trace.format.TextOptions;
import accept4trace.text.Escaper;
import accept4trace.text.Paint;
import accept4trace.text.Text;
import java.nio.charset.StandardCharsets;

/** Formats closed listeners and clients that have given up. */
final class ClosingText {
    private final TextOptions options;
    private final ProcessDetails details;
    private final LinePrefix prefix;

    ClosingText(TextOptions options, ProcessDetails details, LinePrefix prefix) {
        this.options = options;
        this.details = details;
        this.prefix = prefix;
    }

    void append(Text out, Closing closing) {
        prefix.named(out, "closed", closing.beganNs());
        listener(out, closing.listener());
        out.add(" by ").add(closing.caller().tgid());
        if (options.comms()) {
            LinePrefix.name(out, closing.caller().processComm());
        }
        if (closing.listener().backlog().length() >= 0) {
            out.add(" waiting=").add(closing.listener().backlog().length()).add('/');
            out.add(closing.listener().backlog().max());
        }
        positive(out, " reset=", closing.discarded().reset());
        positive(out, " left=", closing.discarded().left());
        positive(out, " migrated=", closing.discarded().migrated());
        positive(out, " half-open=", closing.discarded().halfOpen());
        out.add(closing.byExit() ? " by=exit" : "");
        end(out, closing.listener());
    }

    void append(Text out, GivenUp client) {
        prefix.named(out, "gave-up", client.atNs());
        listener(out, client.listener());
        out.add("<-").paint(Paint.PEER);
        client.connection().peer().append(out);
        out.unpaint();
        if (client.waitNs() >= 0) {
            out.add(" waited=").seconds(client.waitNs());
        }
        String name = details.hostName(client.connection().peer());
        if (name != null) {
            Escaper.word(out.add(" name="), name.getBytes(StandardCharsets.ISO_8859_1));
        }
        end(out, client.listener());
    }

    private static void listener(Text out, ListenerFd listener) {
        KernelSocket socket = listener.requireSocket();
        out.paint(Paint.FD);
        FdText.end(out, socket, socket.local());
        out.unpaint();
    }

    private static void positive(Text out, String mark, long count) {
        if (count > 0) {
            out.add(mark).add(count);
        }
    }

    private void end(Text out, ListenerFd listener) {
        if (options.verbose()) {
            out.add(listener.reusePort() ? " SO_REUSEPORT" : "");
            out.add(" netns=").add(listener.netns());
        }
        out.add('\n');
    }
}
