package accept4trace.summary;

import accept4trace.event.AcceptEvent;
import accept4trace.event.AddressFamily;
import accept4trace.event.Endpoint;
import java.nio.ByteBuffer;

/**
 * Who connects: one machine, or on AF_UNIX one process.
 *
 * @param family AF_*
 * @param name an IP address, or the name of a process
 * @param number a process id, or the context id of an AF_VSOCK machine
 */
public record Peer(int family, ByteBuffer name, int number) {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    /** Of a call that has accepted a known connection. */
    static Peer of(AcceptEvent event) {
        Endpoint end = event.accepted().remote();
        int family = event.accepted().family();
        if (family == AddressFamily.UNIX && event.peerTask() != null) {
            return new Peer(
                    family,
                    ByteBuffer.wrap(event.peerTask().comm()),
                    event.peerTask().pid());
        }
        return new Peer(family, end.address().length == 0 ? NOTHING : ByteBuffer.wrap(end.address()), end.contextId());
    }
}
