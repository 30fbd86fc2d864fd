package accept4trace.format;

import accept4trace.event.AcceptCall;
import accept4trace.event.Call;
import accept4trace.event.Ending;
import accept4trace.event.Endpoint;
import accept4trace.event.Endpoint.Ip;
import accept4trace.event.Endpoint.Unix;
import accept4trace.event.Endpoint.Vsock;
import accept4trace.event.KernelSocket;
import accept4trace.event.ListenerFd;
import accept4trace.event.OpenFile;
import accept4trace.event.Protocol;
import accept4trace.text.Escaper;
import accept4trace.text.Paint;
import accept4trace.text.Text;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** File descriptors with what is behind them, as strace -yy shows them. */
public final class FdText {
    private static final Set<String> PROTOCOLS_KNOWN_TO_STRACE = Set.of("UNIX", "UNIX-STREAM", "NETLINK");
    private static final String OTHER = "socket";

    private final Set<FdDecoding> decoding;
    private final ProcessDetails details;
    /** Outside of this network namespace addresses are not shown; null = everywhere. */
    private final @Nullable Long netns;

    public FdText(Set<FdDecoding> decoding, ProcessDetails details) {
        this(decoding, details, null);
    }

    private FdText(Set<FdDecoding> decoding, ProcessDetails details, @Nullable Long netns) {
        this.decoding = decoding;
        this.details = details;
        this.netns = netns;
    }

    /** Shows no more of a socket than strace can know. */
    public static FdText asStrace(Set<FdDecoding> decoding, ProcessDetails details, long netns) {
        return new FdText(decoding, details, netns);
    }

    /** Returns the namespace whose interface names are shown: strace knows those of its own, and uses them for all. */
    public long interfacesOf(long netns) {
        return this.netns == null ? netns : this.netns;
    }

    public void listener(Text out, Call call) {
        ListenerFd listener = call.listener();
        number(out.paint(Paint.FD), call, listener.fd());
        if (listener.socket() != null) {
            socket(out, listener.socket(), listener.netns());
        } else {
            file(out, call.caller().tgid(), listener.fd(), listener.fileInode());
        }
        out.unpaint();
    }

    /** An epoll instance: what else would have let a call wait there? */
    public void epoll(Text out, int fd) {
        out.paint(Paint.FD).add(fd);
        out.add(decoding.contains(FdDecoding.PATH) ? "<anon_inode:[eventpoll]>" : "")
                .unpaint();
    }

    private static void number(Text out, Call call, long fd) {
        if (call.isNative()) {
            out.add(fd);
        } else {
            out.add('?');
        }
    }

    public void accepted(Text out, AcceptCall call) {
        if (!call.span().hasResult()) {
            unknown(out, call);
            return;
        }
        number(out.paint(Paint.FD), call, call.span().ret());
        if (call.connection().socket() != null) {
            socket(out, call.connection().socket(), call.listener().netns());
        }
        out.unpaint();
    }

    /** Stands for a result that does not exist or is unknown. The connection may still be known. */
    private void unknown(Text out, AcceptCall call) {
        out.add('?');
        KernelSocket accepted = call.connection().socket();
        if (call.span().ending() == Ending.MISSED && accepted != null) {
            socket(out.paint(Paint.FD), accepted, call.listener().netns());
            out.unpaint();
        }
    }

    /** The other end alone, of a connection that got no fd. */
    public static void lost(Text out, KernelSocket socket) {
        out.paint(Paint.PEER);
        if (socket.peer().hasPort()) {
            socket.peer().append(out);
        } else {
            out.add(protocol(socket)).add(":[");
            if (socket.remoteInode() != 0) {
                out.add(socket.remoteInode());
            } else {
                out.add('?');
            }
            out.add(']');
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
        boolean asFile = netns != null && socket.local() instanceof Vsock;
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
        if (end.hasPort() || end.isBound()) {
            end.append(out);
        } else {
            out.add(socket.inode());
        }
    }

    /** As TCP 0.0.0.0:443. */
    static void listenerName(Text out, KernelSocket socket) {
        out.add(protocol(socket)).add(' ');
        ends(out, socket);
    }

    /** A socket without a name of its own can only be told by its inode. */
    private static void ends(Text out, KernelSocket socket) {
        if (socket.local() instanceof Unix) {
            unix(out, socket);
        } else if (socket.local().isBound()) {
            addresses(out, socket);
        } else {
            out.add(socket.inode());
        }
    }

    private static void addresses(Text out, KernelSocket socket) {
        socket.local().append(out);
        if (socket.remote() != null && socket.remote().isBound()) {
            out.add("->").paint(Paint.PEER);
            socket.peer().append(out);
            out.paint(Paint.FD);
        }
    }

    private static void unix(Text out, KernelSocket socket) {
        out.add(socket.inode());
        if (socket.remoteInode() != 0) {
            out.add("->").paint(Paint.PEER).add(socket.remoteInode()).paint(Paint.FD);
        }
        if (socket.local().isBound()) {
            socket.local().append(out.add(','));
        }
    }

    public static String protocol(KernelSocket socket) {
        Protocol protocol = socket.protocol();
        if (socket.local() instanceof Ip ip) {
            return ProtocolNames.of(protocol.type(), protocol.number(), ip.isV6());
        }
        if (socket.local() instanceof Vsock) {
            return "VSOCK";
        }
        return PROTOCOLS_KNOWN_TO_STRACE.contains(protocol.name()) ? protocol.name() : OTHER;
    }
}
