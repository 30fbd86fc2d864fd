package accept4trace.live;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Connections to a port of the loopback interface. {@link #close} closes them. */
final class Clients implements AutoCloseable {
    private final List<SocketChannel> connections = new ArrayList<>();
    private final int port;
    private int resets;

    Clients(int port) {
        this.port = port;
    }

    /** Opens connections, which the kernel puts into the accept queue. */
    void connect(int count) throws IOException {
        beginToConnect(count);
        awaitConnections();
    }

    /**
     * Begins to connect, but does not wait for the connections. If the queue is full, the kernel drops the clients'
     * packets, so they are not connected until there is room.
     */
    void beginToConnect(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            SocketChannel channel = SocketChannel.open();
            connections.add(channel);
            channel.configureBlocking(false);
            channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        }
    }

    void awaitConnections() {
        connections.forEach(channel -> Await.until("the client is connected", () -> isConnected(channel)));
    }

    private static boolean isConnected(SocketChannel channel) {
        try {
            return channel.finishConnect();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends an ASCII request on the last connection. */
    void send(String request) throws IOException {
        SocketChannel last = connections.get(connections.size() - 1);
        last.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
    }

    /** Waits until each connection has an answer or has ended. Returns how many were reset. */
    int awaitAnswers() {
        connections.forEach(channel -> Await.until("the client has an answer", () -> isOver(channel)));
        return resets;
    }

    private boolean isOver(SocketChannel channel) {
        try {
            return channel.read(ByteBuffer.allocate(1)) != 0;
        } catch (IOException e) {
            resets++;
            return true;
        }
    }

    @Override
    public void close() {
        for (SocketChannel channel : connections) {
            try {
                channel.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
