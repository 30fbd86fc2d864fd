package accept4trace.format.lines;

import accept4trace.event.KernelSocket;
import accept4trace.event.Refusal;
import accept4trace.event.RefusedAttempt;
import accept4trace.format.FdText;
import accept4trace.format.LinePrefix;
import accept4trace.format.ProcessDetails;
import accept4trace.format.TextOptions;
import accept4trace.text.Escaper;
import accept4trace.text.Paint;
import accept4trace.text.Text;
import java.nio.charset.StandardCharsets;

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
        if (first.queue() != null) {
            out.add(" queue=")
                    .add(first.queue().waiting())
                    .add('/')
                    .add(first.queue().limit());
        }
        out.add(" at=").add(attempt.at()).add(" packets=").add(attempt.packets());
        String name = details.hostName(first.peer());
        if (name != null) {
            Escaper.word(out.add(" name="), name.getBytes(StandardCharsets.ISO_8859_1));
        }
        if (options.verbose()) {
            out.add(" netns=").add(first.netns());
        }
        out.add('\n');
    }
}
