package accept4trace.live;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * What a client sends to a server, and how the answer begins.
 *
 * @param request characters up to 255, each sent as one byte; empty if the server speaks first
 * @param answer the beginning of the answer, in the same encoding
 */
record Exchange(String request, String answer) {
    static final Exchange HTTP = new Exchange("GET / HTTP/1.0\r\n\r\n", "HTTP/1.");
    static final Exchange REDIS = new Exchange("PING\r\n", "+PONG");
    /** Asks for TLS. The servers have not enabled it, so they answer N for "no". */
    static final Exchange POSTGRESQL = new Exchange("\0\0\0\010\004\322\026\057", "N");

    private static final int LIMIT_MS = 60_000;

    /** Performs the exchange on a new connection of the loopback interface. */
    void perform(int port) throws IOException {
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(LIMIT_MS);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), LIMIT_MS);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            byte[] begin = socket.getInputStream().readNBytes(answer.length());
            String received = new String(begin, StandardCharsets.ISO_8859_1);
            if (!received.equals(answer)) {
                throw new EOFException("answer \"" + received + "\" instead of \"" + answer + '"');
            }
        }
    }
}
