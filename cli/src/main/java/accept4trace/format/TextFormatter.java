package accept4trace.format;

import accept4trace.event.AcceptEvent;
import accept4trace.event.ProcessExit;

/** The default format: strace's value syntax, then what only the kernel knows. */
public final class TextFormatter implements EventFormatter {
    @Override
    public void format(Text out, AcceptEvent event) {
        caller(out, event.tid(), event.threadComm());
        out.add("accept4(");
        FdText.listener(out, event.fd(), event.listener());
        out.add(", ");
        AddressArguments.append(out, event);
        out.add(", ");
        SocketFlags.append(out, event.socketFlags());
        out.add(") = ");
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

    private static void caller(Text out, int id, byte[] comm) {
        out.add("[pid ").add(id).add('<');
        Escaper.comm(out, comm);
        out.add(">] ");
    }

    private static void result(Text out, AcceptEvent event) {
        if (event.failed()) {
            Errno.result(out, event.ret());
        } else {
            FdText.accepted(out, event);
        }
    }

    private static void duration(Text out, AcceptEvent event) {
        out.add(event.enterUnseen() ? " <>=" : " <").seconds(event.durationNs()).add('>');
    }

    private static void knowledge(Text out, AcceptEvent event) {
        if (event.waitNs() >= 0) {
            out.add(" wait=").seconds(event.waitNs());
        }
        if (event.queueLength() >= 0) {
            out.add(" queue=").add(event.queueLength()).add('/').add(event.queueMax());
        }
        if (event.peerRacy()) {
            out.add(" ~peer");
        }
    }
}
