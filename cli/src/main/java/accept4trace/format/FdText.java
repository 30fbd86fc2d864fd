package accept4trace.format;

import accept4trace.event.AcceptCall;
import accept4trace.event.AddressFamily;
import accept4trace.event.Call;
import accept4trace.event.Ending;
import accept4trace.event.Endpoint;
import accept4trace.event.Endpoint.Ip;
import accept4trace.event.Endpoint.Unix;
import accept4trace.event.KernelSocket;
import accept4trace.event.ListenerFd;
import accept4trace.event.OpenFile;
import accept4trace.event.Protocol;
import accept4trace.text.Escaper;
import accept4trace.text.Paint;
import accept4trace.text.Text;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Formats file descriptors with the files they refer to, like strace -yy. */
public final class FdText {
    private static final Set<String> PROTOCOLS_KNOWN_TO_STRACE = Set.of("UNIX", "UNIX-STREAM", "NETLINK");
    private static final String OTHER = "socket";

    private final Set<FdDecoding> decoding;
    private final ProcessDetails details;
    /** The only network namespace whose addresses are shown; null = all. */
    private final @Nullable Long netns;

    public FdText(Set<FdDecoding> decoding, ProcessDetails details) {
        this(decoding, details, null);
    }

    private FdText(Set<FdDecoding> decoding, ProcessDetails details, @Nullable Long netns) {
        this.decoding = decoding;
        this.details = details;
        this.netns = netns;
    }

    /**
     * Returns an instance that shows no more about a socket than strace can know.
     *
     * @param netns inode of the tracer's own network namespace
     */
    public static FdText asStrace(Set<FdDecoding> decoding, ProcessDetails details, long netns) {
        return new FdText(decoding, details, netns);
    }

    /** Looks up the name of a network interface by its index; null if unknown. */
    public interface Interfaces {
        byte @Nullable [] name(int index);
    }

    /** Returns the interfaces of a network namespace. strace uses its own namespace for all sockets. */
    public Interfaces interfacesOf(long netns) {
        long namespace = this.netns == null ? netns : this.netns;
        return index -> details.interfaceName(index, namespace);
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

    /** Appends the fd of an epoll instance. All epoll instances have the same path, so it needs no lookup. */
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

    /** Appends "?" for a missing or unknown result, followed by the connection if it is known nevertheless. */
    private void unknown(Text out, AcceptCall call) {
        out.add('?');
        KernelSocket accepted = call.connection().socket();
        if (call.span().ending() == Ending.MISSED && accepted != null) {
            socket(out.paint(Paint.FD), accepted, call.listener().netns());
            out.unpaint();
        }
    }

    /** Appends only the peer of a connection that did not get an fd. */
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

    /** Returns whether the text of an accepted fd contains the peer, after "->". */
    public boolean showsPeer(KernelSocket accepted) {
        if (!decoding.contains(FdDecoding.SOCKET) || netns != null) {
            return false;
        }
        return accepted.local() instanceof Unix
                ? accepted.remoteInode() != 0
                : accepted.local().isBound()
                        && accepted.remote() != null
                        && accepted.remote().isBound();
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
        boolean asFile = netns != null && !isKnownToStrace(socket);
        if (decoding.contains(FdDecoding.SOCKET) && !asFile) {
            out.add('<').add(protocol(socket)).add(":[");
            if (showsAddresses(socket, namespace)) {
                ends(out, socket);
            } else {
                inode(out, socket);
            }
            out.add("]>");
        } else if (decoding.contains(FdDecoding.PATH) || decoding.contains(FdDecoding.SOCKET)) {
            inode(out.add("<socket:["), socket);
            out.add("]>");
        }
    }

    /**
     * Returns whether to show addresses. strace cannot find the addresses of reset connections, or of sockets in other
     * namespaces.
     */
    private boolean showsAddresses(KernelSocket socket, long namespace) {
        return netns == null || (netns == namespace && !socket.isReset());
    }

    /** Appends the address of one end, e.g. 0.0.0.0:443 or an AF_UNIX name; the inode if there is no address. */
    public static void end(Text out, KernelSocket socket, Endpoint end) {
        if (end.hasPort() || end.isBound()) {
            end.append(out);
        } else {
            inode(out, socket);
        }
    }

    /** Appends e.g. TCP 0.0.0.0:443. */
    static void listenerName(Text out, KernelSocket socket) {
        out.add(protocol(socket)).add(' ');
        ends(out, socket);
    }

    /** Appends the addresses, or the inode if the socket is not bound. */
    static void ends(Text out, KernelSocket socket) {
        if (socket.local() instanceof Unix) {
            unix(out, socket);
        } else if (socket.local().isBound()) {
            addresses(out, socket);
        } else {
            inode(out, socket);
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

    /** Appends the inode, or a question mark if it is unknown. */
    private static void inode(Text out, KernelSocket socket) {
        if (socket.inode() == 0) {
            out.add('?');
        } else {
            out.add(socket.inode());
        }
    }

    private static void unix(Text out, KernelSocket socket) {
        inode(out, socket);
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
        if (isKnownToStrace(socket)) {
            return protocol.name();
        }
        AddressFamily family = AddressFamily.of(protocol.family());
        return family == AddressFamily.OTHER ? OTHER : family.name();
    }

    private static boolean isKnownToStrace(KernelSocket socket) {
        return socket.local() instanceof Ip
                || PROTOCOLS_KNOWN_TO_STRACE.contains(socket.protocol().name());
    }
}
