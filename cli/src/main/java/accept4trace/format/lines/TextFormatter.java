package accept4trace.format.lines;

import accept4trace.event.AcceptCall;
import accept4trace.event.Backlog;
import accept4trace.event.Beginning;
import accept4trace.event.Call;
import accept4trace.event.Closing;
import accept4trace.event.Connection;
import accept4trace.event.Ending;
import accept4trace.event.GivenUp;
import accept4trace.event.Handshake;
import accept4trace.event.PeerTask;
import accept4trace.event.ProcessExit;
import accept4trace.event.RefusedAttempt;
import accept4trace.event.RefusedUnixClient;
import accept4trace.event.RelatedCall;
import accept4trace.format.EventFormatter;
import accept4trace.format.FdText;
import accept4trace.format.LinePrefix;
import accept4trace.format.ProcessDetails;
import accept4trace.format.TextOptions;
import accept4trace.format.WallClock;
import accept4trace.format.Workload;
import accept4trace.format.Workloads;
import accept4trace.text.Escaper;
import accept4trace.text.Paint;
import accept4trace.text.Text;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The default format: a call in strace's syntax, followed by details that only the kernel knows. */
public final class TextFormatter implements EventFormatter {
    private final TextOptions options;
    private final ProcessDetails details;
    private final Workloads workloads;
    private final LinePrefix prefix;
    private final FdText fds;
    private final CallText calls;
    private final StackText stacks;
    private final RefusedText refusals;
    private final ClosingText closings;

    /**
     * @param details looks up host names, cgroups, stacks, and files that are not sockets
     */
    public TextFormatter(TextOptions options, ProcessDetails details, WallClock clock) {
        this.options = options;
        this.details = details;
        this.workloads = new Workloads(details);
        this.prefix = new LinePrefix(options, clock);
        this.fds = new FdText(options.fds(), details);
        this.calls = new CallText(fds, !options.verbose(), options.column());
        this.stacks = new StackText(details);
        this.refusals = new RefusedText(options, details, prefix);
        this.closings = new ClosingText(options, details, prefix);
    }

    @Override
    public void format(Text out, Call call) {
        prefix.bracketed(out, call);
        calls.append(out, call);
        duration(out, call);
        call.visit(accept -> kernelDetails(out, accept), other -> kernelDetails(out, other));
        out.add('\n');
        stacks.append(out, call.caller());
    }

    /**
     * Appends a line for repetitions of a failed call.
     *
     * @param last the last repetition
     * @param more number of repetitions since the previous line of the call
     * @param nanos time since the previous line of the call
     */
    void repeated(Text out, AcceptCall last, long more, long nanos) {
        prefix.bracketed(out, last);
        calls.repeated(out, last);
        out.add(" (x").add(more).add(" in ");
        out.add(nanos / 1_000_000_000)
                .add('.')
                .add(nanos / 100_000_000 % 10)
                .add("s)")
                .add('\n');
    }

    private void kernelDetails(Text out, RelatedCall call) {
        bySeccomp(out, call);
        ready(out, call);
        queue(out, call.listener().backlog());
    }

    private void ready(Text out, RelatedCall call) {
        if (call.ready() == 0) {
            return;
        }
        out.add(" ready=");
        fds.listener(out, call);
        if (call.ready() > 1) {
            out.add('+').add(call.ready() - 1);
        }
    }

    @Override
    public void format(Text out, ProcessExit exit) {
        if (options.ends()) {
            prefix.bracketed(out, exit.tgid(), exit.comm(), exit.exitNs());
            EndText.append(out, exit);
        }
    }

    @Override
    public void format(Text out, RefusedAttempt attempt) {
        refusals.append(out, attempt);
    }

    @Override
    public void format(Text out, RefusedUnixClient client) {
        refusals.append(out, client);
    }

    @Override
    public void format(Text out, Closing closing) {
        closings.append(out, closing);
    }

    @Override
    public void format(Text out, GivenUp client) {
        closings.append(out, client);
    }

    private void duration(Text out, Call call) {
        if (!options.times().durations() || !call.isNative()) {
            return;
        }
        if (call.span().ending() == Ending.MISSED) {
            out.add(" <?>");
            return;
        }
        switch (call.span().beginning()) {
            case SEEN -> out.add(" <").seconds(call.durationNs()).add('>');
            case BEFORE_TRACING -> out.add(" <>=").seconds(call.durationNs()).add('>');
            case LOST -> out.add(" <?>");
            case BY_SECCOMP -> {
                // The call never ran.
            }
        }
    }

    private void kernelDetails(Text out, AcceptCall call) {
        Connection connection = call.connection();
        waited(out, connection, call.listener().backlog());
        if (connection.socket() != null) {
            word(out, " name=", details.hostName(connection.socket().peer()));
        }
        if (connection.peerTask() != null) {
            peerTask(out, connection.peerTask());
        }
        if (!call.isNative()) {
            out.add(" via=").add(call.via().toString());
        }
        bySeccomp(out, call);
        if (call.lostConnection()) {
            out.add(" lost=");
            FdText.lost(out, connection.requireSocket());
        }
        if (options.verbose()) {
            surroundings(out, call);
        }
        if (options.workloads()) {
            workload(out, workloads.of(call.caller()));
        }
        marks(out, call);
    }

    private static void bySeccomp(Text out, Call call) {
        if (call.span().beginning() == Beginning.BY_SECCOMP) {
            out.add(" by=seccomp");
        }
    }

    private static void queue(Text out, Backlog backlog) {
        if (backlog.length() >= 0) {
            out.add(" queue=").add(backlog.length()).add('/').add(backlog.max());
        }
    }

    private static void waited(Text out, Connection connection, Backlog backlog) {
        if (connection.waitNs() >= 0) {
            out.add(" wait=").seconds(connection.waitNs());
        }
        queue(out, backlog);
        if (connection.ahead() > 0) {
            out.add(" ahead=").add(connection.ahead());
        }
        positive(out, " synack=", connection.handshake().synacks());
    }

    private void surroundings(Text out, AcceptCall call) {
        if (call.wakeNs() >= 0) {
            out.add(" wake=").seconds(call.wakeNs());
        }
        handshake(out, call);
        if (call.listener().reusePort()) {
            out.add(" SO_REUSEPORT");
        }
        if (call.listener().passCredentials()) {
            out.add(" SO_PASSCRED");
        }
        if (call.listener().netns() != 0) {
            out.add(" netns=").add(call.listener().netns());
        }
        out.add(" cgroup=");
        byte[] path = details.cgroup(call.caller().tgid(), call.caller().cgroup());
        if (path == null) {
            out.add(call.caller().cgroup());
        } else {
            Escaper.bracketed(out, path, path.length);
        }
    }

    private static void handshake(Text out, AcceptCall call) {
        Handshake handshake = call.connection().handshake();
        if (handshake.synacks() < 0 && handshake.received() >= 0) {
            out.add(" synack=?");
        }
        if (handshake.rttNs() >= 0) {
            out.add(" rtt=").seconds(handshake.rttNs());
        }
        positive(out, " half-open=", call.listener().backlog().halfOpen());
        if (handshake.received() >= 0) {
            out.add(" cpu=").add(handshake.acceptCpu()).add("<-").add(handshake.receiveCpu());
            positive(out, " bytes=", handshake.received());
        }
    }

    private static void positive(Text out, String mark, long value) {
        if (value > 0) {
            out.add(mark).add(value);
        }
    }

    private static void workload(Text out, Workload workload) {
        word(out, " container=", workload.container());
        word(out, " unit=", workload.unit());
    }

    private static void word(Text out, String mark, @Nullable String latin1) {
        if (latin1 != null) {
            Escaper.word(out.add(mark), latin1.getBytes(StandardCharsets.ISO_8859_1));
        }
    }

    private static void marks(Text out, AcceptCall call) {
        Connection connection = call.connection();
        if (connection.socket() != null && connection.socket().isReset()) {
            out.add(" !reset");
        }
        if (call.addressDiffers()) {
            out.add(" !addr-mismatch");
        }
        if (connection.racy()) {
            out.add(" ~peer");
        }
    }

    private static void peerTask(Text out, PeerTask peer) {
        out.add(" peer=").paint(Paint.PEER).add(peer.pid());
        if (peer.comm().length > 0) {
            LinePrefix.name(out, peer.comm());
        }
        out.unpaint().add(" uid=").add(Integer.toUnsignedLong(peer.uid()));
    }
}
