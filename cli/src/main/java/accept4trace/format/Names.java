package accept4trace.format;

import accept4trace.event.AddressFamily;
import accept4trace.event.KernelSocket;

/** Names from the traced side for use in notices. */
public final class Names {
    private Names() {}

    public static String comm(byte[] comm) {
        Text text = new Text();
        Escaper.bracketed(text, comm, comm.length);
        return text.toString();
    }

    /** As 0.0.0.0:443, or with its protocol where that is not plain. */
    public static String listener(KernelSocket socket) {
        Text text = new Text();
        boolean inet = socket.family() == AddressFamily.INET || socket.family() == AddressFamily.INET6;
        if (inet && socket.local().port() != 0) {
            FdText.end(text, socket, socket.local());
        } else {
            FdText.listenerName(text, socket);
        }
        return text.toString();
    }
}
