package accept4trace.format.lines;

import accept4trace.event.AcceptEvent;
import accept4trace.event.Beginning;
import accept4trace.event.Ending;
import accept4trace.event.ProcessExit;
import accept4trace.event.RelatedCall;
import accept4trace.format.EventFormatter;
import accept4trace.format.FdText;
import accept4trace.format.Leader;
import accept4trace.format.ProcessDetails;
import accept4trace.format.TextOptions;
import accept4trace.format.WallClock;
import accept4trace.text.Text;

/** What strace -f -yy -o FILE writes for the same calls, for whatever reads that. */
public final class StraceFormatter implements EventFormatter {
    private final TextOptions options;
    private final Leader leader;
    private final CallText calls;
    private final StackText stacks;

    /**
     * @param details asked about fds that are no sockets
     * @param netns our own network namespace: strace knows no addresses of another
     */
    public StraceFormatter(TextOptions options, ProcessDetails details, WallClock clock, long netns) {
        this.options = options;
        this.leader = new Leader(options, clock);
        this.calls = new CallText(FdText.asStrace(options.fds(), details, netns), options.column());
        this.stacks = new StackText(details);
    }

    @Override
    public void format(Text out, AcceptEvent event) {
        leader.plain(out, event.tid(), event.threadComm(), event.enterNs());
        if (event.ending() == Ending.KILLED) {
            calls.unfinished(out, event);
        } else {
            calls.append(out, event);
            duration(out, event.beginning(), event.durationNs());
        }
        out.add('\n');
        stacks.append(out, event.tgid(), event.stack());
    }

    @Override
    public void format(Text out, RelatedCall call) {
        leader.plain(out, call.tid(), call.threadComm(), call.enterNs());
        calls.append(out, call);
        duration(out, call.beginning(), call.durationNs());
        out.add('\n');
        stacks.append(out, call.tgid(), call.stack());
    }

    @Override
    public void format(Text out, ProcessExit exit) {
        if (options.ends()) {
            leader.plain(out, exit.tgid(), exit.comm(), exit.exitNs());
            EndText.append(out, exit);
        }
    }

    private void duration(Text out, Beginning beginning, long nanos) {
        if (!options.durations()) {
            return;
        }
        if (beginning == Beginning.LOST) {
            out.add(" <unavailable>");
        } else {
            out.add(" <").seconds(nanos).add('>');
        }
    }
}
