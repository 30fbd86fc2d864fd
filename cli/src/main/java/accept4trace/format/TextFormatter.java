package accept4trace.format;

import accept4trace.event.AcceptEvent;
import accept4trace.event.Beginning;
import accept4trace.event.PeerTask;
import accept4trace.event.ProcessExit;

/** The default format: strace's value syntax, then what only the kernel knows. */
public final class TextFormatter implements EventFormatter {
    private final TextOptions options;
    private final FdText fds;

    /** {@code files} is asked about fds that are no sockets. */
    public TextFormatter(TextOptions options, OpenFiles files) {
        this.options = options;
        this.fds = new FdText(options.fds(), files);
    }

    @Override
    public void format(Text out, AcceptEvent event) {
        caller(out, event.tid(), event.threadComm());
        out.add("accept4(");
        fds.listener(out, event);
        out.add(", ");
        AddressArguments.append(out, event);
        out.add(", ").paint(Paint.FLAGS);
        SocketFlags.append(out, event.socketFlags());
        out.unpaint().add(") = ");
        result(out, event);
        duration(out, event);
        knowledge(out, event);
        out.add('\n');
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

    private void duration(Text out, AcceptEvent event) {
        if (!options.durations()) {
            return;
        }
        switch (event.beginning()) {
            case SEEN -> out.add(" <").seconds(event.durationNs()).add('>');
            case BEFORE_TRACING -> out.add(" <>=").seconds(event.durationNs()).add('>');
            case LOST -> out.add(" <?>");
            case BY_SECCOMP -> {
                // It took no time to speak of.
            }
        }
    }

    private static void knowledge(Text out, AcceptEvent event) {
        if (event.waitNs() >= 0) {
            out.add(" wait=").seconds(event.waitNs());
        }
        if (event.queueLength() >= 0) {
            out.add(" queue=").add(event.queueLength()).add('/').add(event.queueMax());
        }
        if (event.peerTask() != null) {
            peerTask(out, event.peerTask());
        }
        if (event.beginning() == Beginning.BY_SECCOMP) {
            out.add(" by=seccomp");
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
