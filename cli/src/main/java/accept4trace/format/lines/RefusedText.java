package accept4trace.format.lines;

import accept4trace.event.KernelSocket;
import accept4trace.event.Refusal;
import accept4trace.event.RefusedAttempt;
import accept4trace.event.RefusedUnixClient;
import accept4trace.event.UnixRefusal;
import accept4trace.format.FdText;
import accept4trace.format.LinePrefix;
import accept4trace.format.ProcessDetails;
import accept4trace.format.TextOptions;
import accept4trace.text.Errno;
import accept4trace.text.Escaper;
import accept4trace.text.Paint;
import accept4trace.text.Text;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Formats refused connections. */
final class RefusedText {
    private final TextOptions options;
    private final ProcessDetails details;
    private final LinePrefix prefix;

    RefusedText(TextOptions options, ProcessDetails details, LinePrefix prefix) {
        this.options = options;
        this.details = details;
        this.prefix = prefix;
    }

    void append(Text out, RefusedAttempt attempt) {
        Refusal first = attempt.first();
        KernelSocket listener = first.listener();
        prefix.named(out, "refused", first.timeNs());
        FdText.end(out.paint(Paint.FD), listener, listener.local());
        out.unpaint().add("<-").paint(Paint.PEER);
        first.peer().append(out);
        out.unpaint();
        queue(out, first.queue());
        out.add(" at=").add(attempt.at()).add(" packets=").add(attempt.packets());
        String name = details.hostName(first.peer());
        if (name != null) {
            Escaper.word(out.add(" name="), name.getBytes(StandardCharsets.ISO_8859_1));
        }
        end(out, first.netns());
    }

    void append(Text out, RefusedUnixClient client) {
        UnixRefusal first = client.first();
        KernelSocket listener = first.listener();
        prefix.named(out, "refused", first.timeNs());
        FdText.end(out.paint(Paint.FD), listener, listener.local());
        out.unpaint().add("<-").paint(Paint.PEER).add(first.client().pid());
        if (options.comms()) {
            LinePrefix.name(out, first.client().comm());
        }
        out.unpaint();
        queue(out, first.queue());
        out.add(" error=").add(Errno.name(first.errno()));
        out.add(" connects=").add(client.connects());
        end(out, first.netns());
    }

    private static void queue(Text out, Refusal.@Nullable Queue queue) {
        if (queue != null) {
            out.add(" queue=").add(queue.waiting()).add('/').add(queue.limit());
        }
    }

    private void end(Text out, long netns) {
        if (options.verbose()) {
            out.add(" netns=").add(netns);
        }
        out.add('\n');
    }
}
