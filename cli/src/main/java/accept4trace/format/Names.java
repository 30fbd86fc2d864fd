package accept4trace.format;

import accept4trace.event.Endpoint.Ip;
import accept4trace.event.Endpoint.Unix;
import accept4trace.event.KernelSocket;
import accept4trace.summary.Peer;
import accept4trace.summary.Worker;
import accept4trace.text.Escaper;
import accept4trace.text.Text;

/** Formats names of traced processes, sockets and peers for notices and tables. All names are escaped. */
public final class Names {
    private Names() {}

    public static String comm(byte[] comm) {
        Text text = new Text();
        Escaper.bracketed(text, comm, comm.length);
        return text.toString();
    }

    /** Returns e.g. nginx[1234]. */
    public static String process(int tgid, byte[] comm, boolean utf8) {
        Text name = name(utf8);
        process(name, tgid, comm);
        return name.toString();
    }

    /** Appends e.g. nginx[1234], or only [1234] if the name is unknown. */
    public static void process(Text out, int tgid, byte[] comm) {
        Escaper.bracketed(out, comm, comm.length);
        out.add('[').add(tgid).add(']');
    }

    /** Returns e.g. nginx[1234], or nginx[1234/1235] for a thread. */
    public static String worker(Worker worker, boolean utf8) {
        Text name = name(utf8);
        Escaper.bracketed(name, worker.comm(), worker.comm().length);
        name.add('[').add(worker.tgid());
        if (worker.isThread()) {
            name.add('/').add(worker.tid());
        }
        return name.add(worker.tid() == Worker.REST ? "/others]" : "]").toString();
    }

    /** Returns e.g. TCP 0.0.0.0:443. */
    public static String listener(KernelSocket socket, boolean utf8) {
        Text name = name(utf8);
        FdText.listenerName(name, socket);
        return name.toString();
    }

    /** Returns e.g. an IP address, or "php-fpm uid 33" for an AF_UNIX peer; see {@link Peer#append}. */
    public static String peer(Peer peer, boolean utf8) {
        Text name = name(utf8);
        peer.append(name);
        return name.toString();
    }

    private static Text name(boolean utf8) {
        return new Text(new Text.Style(utf8, false));
    }

    /**
     * Returns e.g. 0.0.0.0:443 for a bound IP socket, UNIX 700,"/run/app.sock" for an AF_UNIX socket, or the protocol
     * and address of any other socket. The result is the same for calls, snapshots and refusals, although only calls
     * have the kernel's name of the protocol, such as UNIX-STREAM.
     */
    public static String boundAddress(KernelSocket socket) {
        Text text = new Text();
        if (socket.local() instanceof Ip ip && ip.isBound()) {
            ip.append(text);
        } else if (socket.local() instanceof Unix) {
            text.add("UNIX ");
            FdText.ends(text, socket);
        } else {
            FdText.listenerName(text, socket);
        }
        return text.toString();
    }
}
