package accept4trace.format;

import accept4trace.event.AcceptEvent;
import accept4trace.event.Beginning;
import accept4trace.event.PeerTask;
import accept4trace.event.ProcessExit;
import accept4trace.event.RelatedCall;
import accept4trace.event.UserAddress;

/** The default format: strace's value syntax, then what only the kernel knows. */
public final class TextFormatter implements EventFormatter {
    private static final String UNKNOWN_ARGUMENTS = "?, ?, ?";

    private final TextOptions options;
    private final ProcessDetails details;
    private final FdText fds;
    private final RelatedText related;

    /** {@code details} is asked about fds that are no sockets. */
    public TextFormatter(TextOptions options, ProcessDetails details) {
        this.options = options;
        this.details = details;
        this.fds = new FdText(options.fds(), details);
        this.related = new RelatedText(fds);
    }

    @Override
    public void format(Text out, AcceptEvent event) {
        caller(out, event.tid(), event.threadComm());
        out.add(event.syscall()).add('(');
        fds.listener(out, event);
        out.add(", ");
        if (event.via() == null) {
            arguments(out, event);
        } else {
            out.add(UNKNOWN_ARGUMENTS);
        }
        out.add(") = ");
        result(out, event);
        if (event.via() == null) {
            duration(out, event.beginning(), event.durationNs());
        }
        knowledge(out, event);
        out.add('\n');
    }

    @Override
    public void format(Text out, RelatedCall call) {
        caller(out, call.tid(), call.threadComm());
        out.add(call.syscall()).add('(');
        related.append(out, call);
        out.add(") = ");
        if (call.killed()) {
            out.add('?');
        } else if (call.ret() < 0) {
            Errno.result(out, call.ret());
        } else {
            out.add(call.ret());
        }
        duration(out, call.beginning(), call.durationNs());
        ready(out, call);
        queue(out, call.queueLength(), call.queueMax());
        out.add('\n');
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

    private static void arguments(Text out, AcceptEvent event) {
        AddressArguments.append(out, event);
        if (event.hasFlags()) {
            out.add(", ").paint(Paint.FLAGS);
            SocketFlags.append(out, event.socketFlags());
            out.unpaint();
        }
    }

    @Override
    public void format(Text out, ProcessExit exit) {
        caller(out, exit.tgid(), exit.comm());
        if (exit.signal() == 0) {
            out.add("+++ exited with ").add(exit.exitStatus());
        } else {
            out.add("+++ killed by ").add(SignalNames.of(exit.signal()));
            out.add(exit.coreDumped() ? " (core dumped)" : "");
        }
        out.add(" +++\n");
    }

    private void caller(Text out, int id, byte[] comm) {
        out.add("[pid ").add(id);
        if (options.comms()) {
            name(out, comm);
        }
        out.add("] ");
    }

    private static void name(Text out, byte[] comm) {
        out.add('<');
        Escaper.bracketed(out, comm, comm.length);
        out.add('>');
    }

    private void result(Text out, AcceptEvent event) {
        if (event.killed()) {
            out.add('?');
        } else if (event.failed()) {
            Errno.result(out, event.ret());
        } else {
            fds.accepted(out, event);
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

    private void knowledge(Text out, AcceptEvent event) {
        waited(out, event);
        if (event.peerTask() != null) {
            peerTask(out, event.peerTask());
        }
        if (event.via() != null) {
            out.add(" via=").add(event.via());
        }
        if (event.beginning() == Beginning.BY_SECCOMP) {
            out.add(" by=seccomp");
        }
        if (event.lostConnection()) {
            out.add(" lost=");
            FdText.lost(out, event.accepted());
        }
        if (options.verbose()) {
            surroundings(out, event);
        }
        marks(out, event);
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
            name(out, peer.comm());
        }
        out.unpaint().add(" uid=").add(Integer.toUnsignedLong(peer.uid()));
    }
}
