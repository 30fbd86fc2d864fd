package accept4trace.summary;

import static accept4trace.format.SampleCalls.listening;
import static accept4trace.format.SampleCalls.tcp;
import static accept4trace.format.SampleCalls.unix;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import accept4trace.event.Endpoint;
import accept4trace.event.RecordBuilder;
import accept4trace.format.Names;
import org.junit.jupiter.api.Test;

class PeerTest {
    private static final int AF_ALG = 38;

    private static Peer peer(RecordBuilder call) {
        return Peer.of(call.decode().connection());
    }

    private static String name(RecordBuilder call) {
        return Names.peer(peer(call), false);
    }

    private static RecordBuilder vsock(int peerCid, int peerPort) {
        return new RecordBuilder().ret(9).vsock(2, 1234, peerCid, peerPort);
    }

    @Test
    void machinesAreDistinguishedWithoutTheirPorts() {
        byte[] first = {10, 0, 0, 1};
        byte[] other = {10, 0, 0, 2};
        assertEquals(
                peer(listening().ret(9).tcpPeer(first, 443, first, 1)),
                peer(listening().ret(9).tcpPeer(first, 443, first, 2)));
        assertNotEquals(
                peer(listening().ret(9).tcpPeer(first, 443, first, 1)),
                peer(listening().ret(9).tcpPeer(first, 443, other, 1)));
        assertEquals(peer(vsock(3, 1)), peer(vsock(3, 2)));
        assertNotEquals(peer(vsock(3, 1)), peer(vsock(4, 1)));
    }

    @Test
    void processesAreDistinguishedByTheirIds() {
        byte[] name = {'/', 's'};
        assertEquals("77<client>", name(unix(name, new byte[0]).peerTask(77, 1000, "client")));
        assertNotEquals(
                peer(unix(name, new byte[0]).peerTask(77, 1000, "client")),
                peer(unix(name, new byte[0]).peerTask(78, 1000, "client")));
    }

    @Test
    void namesDependOnTheFamily() {
        assertEquals("10.0.0.9", name(tcp()));
        assertEquals("vsock 3", name(vsock(3, 1)));
        assertEquals("vsock 4294967295", name(vsock(-1, 1)));
        assertEquals("AF_ALG", name(new RecordBuilder().ret(9).accepted(AF_ALG)));
        assertEquals(
                Endpoint.Other.NONE,
                peer(new RecordBuilder().ret(9).accepted(AF_ALG)).host());
    }
}
