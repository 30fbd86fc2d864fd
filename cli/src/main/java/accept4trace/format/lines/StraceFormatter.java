package accept4trace.format.lines;

import accept4trace.event.AcceptCall;
import accept4trace.event.Call;
import accept4trace.event.Ending;
import accept4trace.event.ProcessExit;
import accept4trace.format.EventFormatter;
import accept4trace.format.FdText;
import accept4trace.format.LinePrefix;
import accept4trace.format.ProcessDetails;
import accept4trace.format.TextOptions;
import accept4trace.format.WallClock;
import accept4trace.text.Text;

/** Formats calls like strace -f -yy -o FILE, for tools that parse such files. */
public final class StraceFormatter implements EventFormatter {
    private final TextOptions options;
    private final LinePrefix prefix;
    private final CallText calls;
    private final StackText stacks;

    /**
     * @param details looks up stacks, and files that are not sockets
     * @param netns inode of the network namespace of accept4-trace. strace cannot look up the addresses of sockets in
     *     other namespaces, so their inodes are shown instead
     */
    public StraceFormatter(TextOptions options, ProcessDetails details, WallClock clock, long netns) {
        this.options = options;
        this.prefix = new LinePrefix(options, clock);
        this.calls = new CallText(FdText.asStrace(options.fds(), details, netns), false, options.column());
        this.stacks = new StackText(details);
    }

    @Override
    public void format(Text out, Call call) {
        prefix.plain(out, call);
        if (call instanceof AcceptCall accept && call.span().ending() == Ending.KILLED) {
            calls.unfinished(out, accept);
        } else {
            calls.append(out, call);
            duration(out, call);
        }
        out.add('\n');
        stacks.append(out, call.caller());
    }

    @Override
    public void format(Text out, ProcessExit exit) {
        if (options.ends()) {
            prefix.plain(out, exit.tgid(), exit.comm(), exit.exitNs());
            EndText.append(out, exit);
        }
    }

    private void duration(Text out, Call call) {
        if (!options.times().durations()) {
            return;
        }
        if (call.isTimed()) {
            out.add(" <").seconds(call.durationNs()).add('>');
        } else {
            out.add(" <unavailable>");
        }
    }
}
