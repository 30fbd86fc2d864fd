package accept4trace.summary;

import static accept4trace.format.SampleCalls.PATH;
import static accept4trace.format.SampleCalls.listening;
import static accept4trace.format.SampleCalls.tcp;
import static accept4trace.format.SampleCalls.unix;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import accept4trace.event.ListenerFd;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StatisticsTest {
    /** The call never ran, because seccomp returned an invented descriptor. */
    @Test
    void resultOfSeccompIsNotAConnection() {
        Statistics statistics = new Statistics();
        statistics.add(tcp().bySeccomp().decode());
        assertEquals(1, statistics.callCount());
        assertEquals(0, statistics.connections());
        assertEquals(Map.of(), statistics.peers());
        statistics.add(tcp().decode());
        assertEquals(1, statistics.connections());
    }

    /**
     * Only the last EAGAIN is an error, because it comes from a seccomp filter, so the call never looked at the queue.
     */
    @Test
    void acceptsThatFindNoConnectionAreNotErrors() {
        Statistics statistics = new Statistics();
        statistics.add(listening().ret(-11).decode());
        statistics.add(listening().enterUnseen().ret(-11).decode());
        assertEquals(Map.of(), statistics.errors());
        assertEquals(2, statistics.emptyCount());
        statistics.add(listening().ret(-11).bySeccomp().decode());
        assertEquals(2, statistics.emptyCount());
        assertEquals(1, statistics.errorCount());
        assertEquals(Map.of(11, new Statistics.ErrorCount(1, 3)), statistics.errors());
        assertEquals(
                List.of(2L), statistics.acceptors().stream().map(Worker::empty).toList());
    }

    /** Rows of clients with bound sockets take more memory, so fewer of them fit. */
    @Test
    void namesOfUnixClientsAreBounded() {
        int unbound = peersThatFit(new byte[0]);
        int bound = peersThatFit(new byte[100]);
        assertEquals(16_384 / 2 / 124, unbound);
        assertEquals(16_384 / 2 / (124 + 140), bound);
    }

    private static int peersThatFit(byte[] socketName) {
        Statistics statistics = new Statistics(16_384);
        for (int uid = 0; uid < 100; uid++) {
            statistics.add(unix(PATH, socketName).peerTask(77, uid, "client").decode());
        }
        assertEquals(100, statistics.peers().size() + statistics.otherPeers().connections());
        return statistics.peers().size();
    }

    private static ListenerCount only(Statistics statistics) {
        assertEquals(1, statistics.listeners().size());
        return statistics.listeners().values().iterator().next();
    }

    @Test
    void ownersAreTheProcessesThatAccept() {
        Statistics statistics = new Statistics();
        for (int i = 0; i < 200; i++) {
            int tgid = 1 + i % 20;
            statistics.add(tcp().by(tgid, 100 + i).decode());
        }
        Owners owners = only(statistics).owners();
        assertEquals(
                List.of(1, 2, 3),
                owners.named().stream().map(Owners.Owner::tgid).toList());
        assertEquals(20, owners.count());
        assertFalse(owners.hasMore());
    }

    @Test
    void numberOfOwnersIsBounded() {
        Statistics statistics = new Statistics();
        for (int tgid = 1; tgid <= 100; tgid++) {
            statistics.add(tcp().by(tgid, tgid).decode());
        }
        assertEquals(64, only(statistics).owners().count());
        assertTrue(only(statistics).owners().hasMore());
    }

    @Test
    void listenersAreSocketsRatherThanAddresses() {
        Statistics statistics = new Statistics();
        statistics.add(tcp().listenerInode(1).decode());
        statistics.add(tcp().listenerInode(2).decode());
        statistics.add(tcp().listenerInode(2).decode());
        assertEquals(
                List.of(1L, 2L),
                statistics.listeners().values().stream()
                        .map(ListenerCount::connections)
                        .sorted()
                        .toList());
    }

    /** Without inodes, sockets with the same address are only known to differ if their namespaces do. */
    @Test
    void socketsWithUnknownInodesAreDistinguishedByNamespace() {
        Statistics statistics = new Statistics();
        for (int netns : new int[] {1, 2, 1}) {
            statistics.add(tcp().listenerInode(0).surroundings(netns, 0).decode());
        }
        assertEquals(2, statistics.listeners().size());
    }

    @Test
    void queuesThatDoNotFitAreAddedUp() {
        Statistics statistics = new Statistics(0);
        for (int inode = 1; inode <= 3; inode++) {
            ListenerFd fd = tcp().listenerInode(inode).decode().listener();
            statistics.setQueue(fd.requireSocket(), 1, new QueueNow(inode, 5, 7, false), List.of());
        }
        assertEquals(Map.of(), statistics.listeners());
        assertEquals(6, statistics.otherListeners().now().waiting());
    }
}
