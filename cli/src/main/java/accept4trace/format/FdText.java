package accept4trace.format;

import accept4trace.event.AcceptEvent;
import accept4trace.event.AddressFamily;
import accept4trace.event.Ending;
import accept4trace.event.Endpoint;
import accept4trace.event.KernelSocket;
import accept4trace.event.OpenFile;
import accept4trace.event.RelatedCall;
import accept4trace.text.Escaper;
import accept4trace.text.IpText;
import accept4trace.text.Paint;
import accept4trace.text.Text;
import accept4trace.text.UnixName;
import java.util.Set;

/** File descriptors with what is behind them, as strace -yy shows them. */
public final class FdText {
    private static final Set<String> PROTOCOLS_KNOWN_TO_STRACE = Set.of("UNIX", "UNIX-STREAM", "NETLINK");
    private static final String OTHER = "socket";
    /** VMADDR_CID_ANY and VMADDR_PORT_ANY. */
    private static final int VSOCK_ANY = -1;

    private final Set<FdDecoding> decoding;
    private final ProcessDetails details;
    /** Outside of this network namespace addresses are not shown; null = everywhere. */
    private final Long netns;

    public FdText(Set<FdDecoding> decoding, ProcessDetails details) {
        this(decoding, details, null);
    }

    private FdText(Set<FdDecoding> decoding, ProcessDetails details, Long netns) {
        this.decoding = decoding;
        this.details = details;
        this.netns = netns;
    }

    /** No more of a socket than strace can know. */
    /** Whose interface names an address of `netns` is shown with: strace knows its own only, and uses them for all. */
    public long interfacesOf(long netns) {
        return this.netns == null ? netns : this.netns;
    }

    public static FdText asStrace(Set<FdDecoding> decoding, ProcessDetails details, long netns) {
        return new FdText(decoding, details, netns);
    }

    public void listener(Text out, AcceptEvent event) {
        number(out.paint(Paint.FD), event, event.fd());
        if (event.listener() != null) {
            socket(out, event.listener(), event.netns());
        } else {
            file(out, event.tgid(), event.fd(), event.fileInode());
        }
        out.unpaint();
    }

    public void socket(Text out, RelatedCall call) {
        out.paint(Paint.FD).add(call.fd());
        if (call.listener() != null) {
            socket(out, call.listener(), call.netns());
        } else {
            file(out, call.tgid(), call.fd(), call.fileInode());
        }
        out.unpaint();
    }

    /** An epoll instance: what else would have let a call wait there? */
    public void epoll(Text out, int fd) {
        out.paint(Paint.FD).add(fd);
        out.add(decoding.contains(FdDecoding.PATH) ? "<anon_inode:[eventpoll]>" : "")
                .unpaint();
    }

    private static void number(Text out, AcceptEvent event, long fd) {
        if (event.via() == null) {
            out.add(fd);
        } else {
            out.add('?');
        }
    }

    public void accepted(Text out, AcceptEvent event) {
        number(out.paint(Paint.FD), event, event.ret());
        if (event.accepted() != null) {
            socket(out, event.accepted(), event.netns());
        }
        out.unpaint();
    }

    /** Instead of a result that there is not, or that nobody knows; the connection may be known all the same. */
    public void unknown(Text out, AcceptEvent event) {
        out.add('?');
        if (event.ending() == Ending.MISSED && event.accepted() != null) {
            socket(out.paint(Paint.FD), event.accepted(), event.netns());
            out.unpaint();
        }
    }

    /** The other end alone, of a connection that got no fd. */
    public static void lost(Text out, KernelSocket socket) {
        out.paint(Paint.PEER);
        switch (socket.family()) {
            case AddressFamily.INET, AddressFamily.INET6 -> inet(out, socket.remote());
            case AddressFamily.VSOCK -> vsock(out, socket.remote());
            default -> {
                out.add(protocol(socket)).add(":[");
                if (socket.remoteInode() != 0) {
                    out.add(socket.remoteInode());
                } else {
                    out.add('?');
                }
                out.add(']');
            }
        }
        out.unpaint();
    }

    private void file(Text out, int tgid, int fd, long inode) {
        if (inode == 0 || (!decoding.contains(FdDecoding.PATH) && !decoding.contains(FdDecoding.DEV))) {
            return;
        }
        OpenFile file = details.openFile(tgid, fd, inode);
        if (file == null) {
            return;
        }
        out.add('<');
        Escaper.bracketed(out, file.path(), file.path().length);
        if (file.device() != 0 && decoding.contains(FdDecoding.DEV)) {
            out.add('<').add(file.device() == 'c' ? "char " : "block ");
            out.add(file.major()).add(':').add(file.minor()).add('>');
        }
        out.add(file.deleted() ? ">(deleted)" : ">");
    }

    private void socket(Text out, KernelSocket socket, long namespace) {
        boolean asFile = netns != null && socket.family() == AddressFamily.VSOCK;
        if (decoding.contains(FdDecoding.SOCKET) && !asFile) {
            out.add('<').add(protocol(socket)).add(":[");
            if (showsAddresses(socket, namespace)) {
                ends(out, socket);
            } else {
                out.add(socket.inode());
            }
            out.add("]>");
        } else if (decoding.contains(FdDecoding.PATH) || decoding.contains(FdDecoding.SOCKET)) {
            out.add("<socket:[").add(socket.inode()).add("]>");
        }
    }

    /** The kernel tells strace only of connections that are still there. */
    private boolean showsAddresses(KernelSocket socket, long namespace) {
        return netns == null || (netns == namespace && !socket.isReset());
    }

    /** One end alone: as 0.0.0.0:443, or an AF_UNIX name; what has neither by its inode. */
    public static void end(Text out, KernelSocket socket, Endpoint end) {
        switch (socket.family()) {
            case AddressFamily.INET, AddressFamily.INET6 -> inet(out, end);
            case AddressFamily.VSOCK -> vsock(out, end);
            case AddressFamily.UNIX -> {
                if (end.name().length > 0) {
                    UnixName.append(out, end.name(), 0, end.name().length);
                } else {
                    out.add(socket.inode());
                }
            }
            default -> out.add(socket.inode());
        }
    }

    /** As TCP 0.0.0.0:443. */
    static void listenerName(Text out, KernelSocket socket) {
        out.add(protocol(socket)).add(' ');
        ends(out, socket);
    }

    /** A socket without a name of its own can only be told by its inode. */
    private static void ends(Text out, KernelSocket socket) {
        switch (socket.family()) {
            case AddressFamily.UNIX -> unix(out, socket);
            case AddressFamily.INET, AddressFamily.INET6 -> {
                if (socket.local().port() == 0) {
                    out.add(socket.inode());
                } else {
                    inet(out, socket);
                }
            }
            case AddressFamily.VSOCK -> {
                if (socket.local().port() == VSOCK_ANY) {
                    out.add(socket.inode());
                } else {
                    vsock(out, socket);
                }
            }
            default -> out.add(socket.inode());
        }
    }

    private static void inet(Text out, KernelSocket socket) {
        inet(out, socket.local());
        if (socket.remote() != null && socket.remote().port() != 0) {
            out.add("->").paint(Paint.PEER);
            inet(out, socket.remote());
            out.paint(Paint.FD);
        }
    }

    private static void inet(Text out, Endpoint end) {
        boolean brackets = end.address().length == 16;
        out.add(brackets ? "[" : "");
        IpText.append(out, end.address());
        out.add(brackets ? "]:" : ":").add(end.port());
    }

    private static void unix(Text out, KernelSocket socket) {
        byte[] name = socket.local().name();
        out.add(socket.inode());
        if (socket.remoteInode() != 0) {
            out.add("->").paint(Paint.PEER).add(socket.remoteInode()).paint(Paint.FD);
        }
        if (name.length > 0) {
            out.add(',');
            UnixName.append(out, name, 0, name.length);
        }
    }

    private static void vsock(Text out, KernelSocket socket) {
        vsock(out, socket.local());
        if (socket.remote() != null && socket.remote().port() != VSOCK_ANY) {
            out.add("->").paint(Paint.PEER);
            vsock(out, socket.remote());
            out.paint(Paint.FD);
        }
    }

    private static void vsock(Text out, Endpoint end) {
        if (end.contextId() == VSOCK_ANY) {
            out.add('*');
        } else {
            out.add(Integer.toUnsignedLong(end.contextId()));
        }
        out.add(':').add(Integer.toUnsignedLong(end.port()));
    }

    public static String protocol(KernelSocket socket) {
        return switch (socket.family()) {
            case AddressFamily.INET -> ProtocolNames.of(socket.type(), socket.protocol(), false);
            case AddressFamily.INET6 -> ProtocolNames.of(socket.type(), socket.protocol(), true);
            case AddressFamily.VSOCK -> "VSOCK";
            default -> PROTOCOLS_KNOWN_TO_STRACE.contains(socket.protocolName()) ? socket.protocolName() : OTHER;
        };
    }
}
