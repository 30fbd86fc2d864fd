package accept4trace.summary;

import static accept4trace.format.SampleCalls.PATH;
import static accept4trace.format.SampleCalls.listening;
import static accept4trace.format.SampleCalls.tcp;
import static accept4trace.format.SampleCalls.unix;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import accept4trace.event.Endpoint;
import accept4trace.event.RecordBuilder;
import accept4trace.format.Names;
import java.nio.charset.StandardCharsets;
import java.util.List;
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
    void portsDoNotDistinguishPeers() {
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

    private static RecordBuilder client(String socketName) {
        return unix(PATH, socketName.getBytes(StandardCharsets.ISO_8859_1));
    }

    @Test
    void processesWithTheSameNameAndUserAreOnePeer() {
        Peer peer = peer(client("").peerTask(77, 33, "php-fpm"));
        assertEquals(peer, peer(client("").peerTask(78, 33, "php-fpm")));
        assertNotEquals(peer, peer(client("").peerTask(77, 34, "php-fpm")));
        assertNotEquals(peer, peer(client("").peerTask(77, 33, "cron")));
        assertNotEquals(peer, peer(client("").peerTask(77, 33, "")));
        assertNotEquals(peer, peer(client("").peerTask(77, -1, "php-fpm")));
        assertNotEquals(peer, peer(client("")));
        assertNotEquals(peer, peer(client("php-fpm").peerTask(77, 33, "php-fpm")));
    }

    @Test
    void boundSocketsAreNamedBySocketInsteadOfProcess() {
        Peer peer = peer(client("/run/a").peerTask(77, 33, "php-fpm"));
        assertEquals(peer, peer(client("/run/a").peerTask(78, 33, "cron")));
        assertEquals(peer, peer(client("/run/a").peerTask(78, 33, "")));
        assertNotEquals(peer, peer(client("/run/a").peerTask(77, 34, "php-fpm")));
        assertNotEquals(peer, peer(client("/run/b").peerTask(77, 33, "php-fpm")));
        assertNotEquals(peer, peer(client("\0/run/a").peerTask(77, 33, "php-fpm")));
    }

    @Test
    void namesThatTheKernelHasChosenAreIgnored() {
        assertEquals("php-fpm uid 33", name(client("\0" + "000af").peerTask(77, 33, "php-fpm")));
        for (String chosen : List.of("000a", "000aff", "000aF", "000ag")) {
            assertEquals(
                    "@\"" + chosen + "\" uid 33", name(client("\0" + chosen).peerTask(77, 33, "php-fpm")));
        }
        assertEquals("\"0000af\" uid 33", name(client("0000af").peerTask(77, 33, "php-fpm")));
    }

    /** The names Aa and BB have the same hash code, so an order by hash codes would fail here. */
    @Test
    void unequalPeersHaveAnOrder() {
        List<Peer> peers = List.of(
                peer(client("").peerTask(77, 0, "")),
                peer(client("")),
                peer(client("Aa").peerTask(77, 33, "cron")),
                peer(client("BB").peerTask(77, 33, "cron")),
                peer(client("").peerTask(77, 33, "cron")),
                peer(client("").peerTask(77, 34, "cron")),
                peer(client("").peerTask(77, -2, "cron")),
                peer(client("").peerTask(77, 33, "php-fpm")),
                peer(tcp()),
                peer(vsock(3, 1)),
                peer(vsock(-1, 1)));
        assertEquals(peers.get(2).hashCode(), peers.get(3).hashCode());
        for (int i = 0; i < peers.size(); i++) {
            for (int j = 0; j < peers.size(); j++) {
                assertEquals(Integer.compare(i, j), Integer.signum(peers.get(i).compareTo(peers.get(j))), i + " " + j);
            }
        }
    }

    /** A process cannot choose a name that looks like the text for an unknown name, or like the name of a socket. */
    @Test
    void namesOfUnixClientsAreEscaped() {
        assertEquals("<unknown> uid 33", name(client("").peerTask(77, 33, "")));
        assertEquals("\\74unknown\\76 uid 33", name(client("").peerTask(77, 33, "<unknown>")));
        assertEquals("php-fpm uid unknown", name(client("").peerTask(77, -1, "php-fpm")));
        assertEquals("<unknown> uid unknown", name(client("")));
        assertEquals("@\"a\" uid unknown", name(client("\0a")));
        assertEquals("@\\\"a\\\" uid 0", name(client("").peerTask(77, 0, "@\"a\"")));
        assertEquals(
                "\"/run/\\33[2J\\\"\" uid 4294967294",
                name(client("/run/\033[2J\"").peerTask(77, -2, "a")));
        assertEquals("a b\\n uid 0 uid 33", name(client("").peerTask(77, 33, "a b\n uid 0")));
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
