package accept4trace.format;

import accept4trace.event.AcceptEvent;
import accept4trace.event.AddressFamily;
import accept4trace.event.Endpoint;
import accept4trace.event.KernelSocket;

/** File descriptors with the socket behind them, as strace -yy shows them. */
final class FdText {
    private static final int SOCK_STREAM = 1;

    private FdText() {}

    /** {@code socket} null: the bare number. */
    static void listener(Text out, int fd, KernelSocket socket) {
        out.add(fd);
        if (socket == null) {
            return;
        }
        out.add('<').add(protocol(socket)).add(":[");
        switch (socket.family()) {
            case AddressFamily.UNIX -> unix(out, socket, 0);
            case AddressFamily.INET, AddressFamily.INET6 -> inetListener(out, socket);
            default -> out.add(socket.inode());
        }
        out.add("]>");
    }

    static void accepted(Text out, AcceptEvent event) {
        KernelSocket socket = event.accepted();
        out.add(event.ret());
        if (socket == null) {
            return;
        }
        out.add('<').add(protocol(socket)).add(":[");
        switch (socket.family()) {
            case AddressFamily.UNIX -> unix(out, socket, event.peerInode());
            case AddressFamily.INET, AddressFamily.INET6 -> {
                inet(out, socket.local());
                out.add("->");
                inet(out, event.peer());
            }
            default -> out.add(socket.inode());
        }
        out.add("]>");
    }

    /** A socket without a port of its own can only be told by its inode. */
    private static void inetListener(Text out, KernelSocket socket) {
        if (socket.local().port() == 0) {
            out.add(socket.inode());
        } else {
            inet(out, socket.local());
        }
    }

    private static void inet(Text out, Endpoint end) {
        boolean brackets = end.address().length == 16;
        out.add(brackets ? "[" : "");
        IpText.append(out, end.address());
        out.add(brackets ? "]:" : ":").add(end.port());
    }

    private static void unix(Text out, KernelSocket socket, long peerInode) {
        byte[] name = socket.local().name();
        out.add(socket.inode());
        if (peerInode != 0) {
            out.add("->").add(peerInode);
        }
        if (name.length > 0) {
            out.add(',');
            UnixName.append(out, name, 0, name.length);
        }
    }

    private static String protocol(KernelSocket socket) {
        return switch (socket.family()) {
            case AddressFamily.UNIX -> socket.type() == SOCK_STREAM ? "UNIX-STREAM" : "UNIX";
            case AddressFamily.INET -> ProtocolNames.of(socket.protocol(), false);
            case AddressFamily.INET6 -> ProtocolNames.of(socket.protocol(), true);
            default -> "socket";
        };
    }
}
