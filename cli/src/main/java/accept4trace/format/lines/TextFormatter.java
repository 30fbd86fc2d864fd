package accept4trace.format.lines;

import accept4trace.event.AcceptEvent;
import accept4trace.event.Beginning;
import accept4trace.event.Ending;
import accept4trace.event.Endpoint;
import accept4trace.event.PeerTask;
import accept4trace.event.ProcessExit;
import accept4trace.event.RelatedCall;
import accept4trace.event.UserAddress;
import accept4trace.format.EventFormatter;
import accept4trace.format.FdText;
import accept4trace.format.Leader;
import accept4trace.format.ProcessDetails;
import accept4trace.format.TextOptions;
import accept4trace.format.WallClock;
import accept4trace.format.Workload;
import accept4trace.format.Workloads;
import accept4trace.text.Escaper;
import accept4trace.text.Paint;
import accept4trace.text.Text;
import java.nio.charset.StandardCharsets;

/** The default format: strace's value syntax, then what only the kernel knows. */
public final class TextFormatter implements EventFormatter {
    private final TextOptions options;
    private final ProcessDetails details;
    private final Workloads workloads;
    private final Leader leader;
    private final FdText fds;
    private final CallText calls;
    private final StackText stacks;

    /** {@code details} is asked about fds that are no sockets. */
    public TextFormatter(TextOptions options, ProcessDetails details, WallClock clock) {
        this.options = options;
        this.details = details;
        this.workloads = new Workloads(details);
        this.leader = new Leader(options, clock);
        this.fds = new FdText(options.fds(), details);
        this.calls = new CallText(fds, options.column());
        this.stacks = new StackText(details);
    }

    @Override
    public void format(Text out, AcceptEvent event) {
        leader.bracketed(out, event.tid(), event.threadComm(), event.enterNs());
        calls.append(out, event);
        if (event.via() == null) {
            duration(out, event);
        }
        knowledge(out, event);
        out.add('\n');
        stacks.append(out, event.tgid(), event.stack());
    }

    @Override
    public void format(Text out, RelatedCall call) {
        leader.bracketed(out, call.tid(), call.threadComm(), call.enterNs());
        calls.append(out, call);
        duration(out, call.beginning(), call.durationNs());
        bySeccomp(out, call.beginning());
        ready(out, call);
        queue(out, call.queueLength(), call.queueMax());
        out.add('\n');
        stacks.append(out, call.tgid(), call.stack());
    }

    /** {@code event}, which is shown already, came {@code more} times again. */
    void repeated(Text out, AcceptEvent event, long more, long nanos) {
        leader.bracketed(out, event.tid(), event.threadComm(), event.enterNs());
        out.utf8(out.isUtf8() ? "\u2026" : "...").add(" (x").add(more).add(" in ");
        out.add(nanos / 1_000_000_000)
                .add('.')
                .add(nanos / 100_000_000 % 10)
                .add("s)")
                .add('\n');
    }

    private void ready(Text out, RelatedCall call) {
        if (call.ready() == 0) {
            return;
        }
        out.add(" ready=");
        fds.socket(out, call);
        if (call.ready() > 1) {
            out.add('+').add(call.ready() - 1);
        }
    }

    @Override
    public void format(Text out, ProcessExit exit) {
        if (options.ends()) {
            leader.bracketed(out, exit.tgid(), exit.comm(), exit.exitNs());
            EndText.append(out, exit);
        }
    }

    private void duration(Text out, Beginning beginning, long nanos) {
        if (!options.durations()) {
            return;
        }
        switch (beginning) {
            case SEEN -> out.add(" <").seconds(nanos).add('>');
            case BEFORE_TRACING -> out.add(" <>=").seconds(nanos).add('>');
            case LOST -> out.add(" <?>");
            case BY_SECCOMP -> {
                // It took no time to speak of.
            }
        }
    }

    private void duration(Text out, AcceptEvent event) {
        if (event.ending() != Ending.MISSED) {
            duration(out, event.beginning(), event.durationNs());
        } else if (options.durations()) {
            out.add(" <?>");
        }
    }

    private void knowledge(Text out, AcceptEvent event) {
        waited(out, event);
        if (event.accepted() != null) {
            hostName(out, event.accepted().remote());
        }
        if (event.peerTask() != null) {
            peerTask(out, event.peerTask());
        }
        if (event.via() != null) {
            out.add(" via=").add(event.via());
        }
        bySeccomp(out, event.beginning());
        if (event.lostConnection()) {
            out.add(" lost=");
            FdText.lost(out, event.accepted());
        }
        if (options.verbose()) {
            surroundings(out, event);
        }
        if (options.workloads()) {
            workload(out, workloads.of(event.tgid(), event.cgroup()));
        }
        marks(out, event);
    }

    private static void bySeccomp(Text out, Beginning beginning) {
        if (beginning == Beginning.BY_SECCOMP) {
            out.add(" by=seccomp");
        }
    }

    private static void queue(Text out, long length, long max) {
        if (length >= 0) {
            out.add(" queue=").add(length).add('/').add(max);
        }
    }

    private static void waited(Text out, AcceptEvent event) {
        if (event.waitNs() >= 0) {
            out.add(" wait=").seconds(event.waitNs());
        }
        queue(out, event.queueLength(), event.queueMax());
        if (event.ahead() > 0) {
            out.add(" ahead=").add(event.ahead());
        }
        if (event.drops() > 0) {
            out.add(" drops=").add(event.drops());
        }
    }

    private void surroundings(Text out, AcceptEvent event) {
        if (event.wakeNs() >= 0) {
            out.add(" wake=").seconds(event.wakeNs());
        }
        if (event.reusePort()) {
            out.add(" SO_REUSEPORT");
        }
        if (event.passCredentials()) {
            out.add(" SO_PASSCRED");
        }
        if (event.netns() != 0) {
            out.add(" netns=").add(event.netns());
        }
        out.add(" cgroup=");
        byte[] path = details.cgroup(event.tgid(), event.cgroup());
        if (path == null) {
            out.add(event.cgroup());
        } else {
            Escaper.bracketed(out, path, path.length);
        }
    }

    private static void workload(Text out, Workload workload) {
        word(out, " container=", workload.container());
        word(out, " unit=", workload.unit());
    }

    private static void word(Text out, String mark, String latin1) {
        if (latin1 != null) {
            Escaper.word(out.add(mark), latin1.getBytes(StandardCharsets.ISO_8859_1));
        }
    }

    private void hostName(Text out, Endpoint peer) {
        if (peer.address().length > 0) {
            word(out, " name=", details.hostName(peer.address()));
        }
    }

    private static void marks(Text out, AcceptEvent event) {
        if (event.accepted() != null && event.accepted().isReset()) {
            out.add(" !reset");
        }
        if (UserAddress.disagrees(event)) {
            out.add(" !addr-mismatch");
        }
        if (event.peerRacy()) {
            out.add(" ~peer");
        }
    }

    private static void peerTask(Text out, PeerTask peer) {
        out.add(" peer=").paint(Paint.PEER).add(peer.pid());
        if (peer.comm().length > 0) {
            Leader.name(out, peer.comm());
        }
        out.unpaint().add(" uid=").add(Integer.toUnsignedLong(peer.uid()));
    }
}
