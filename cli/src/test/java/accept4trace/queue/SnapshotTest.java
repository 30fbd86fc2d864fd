package accept4trace.queue;

import static accept4trace.queue.QueueRecords.SECOND;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import accept4trace.capture.CallFilter;
import accept4trace.capture.CallFilter.ListenerFilter;
import accept4trace.capture.CallFilter.Network;
import accept4trace.capture.CallFilter.Ports;
import accept4trace.event.HeldListener;
import accept4trace.event.ListenerHolder;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SnapshotTest {
    /** The name of the listener of {@link QueueRecords#unix}. */
    private static final String NAME = "/run/x";

    private static final ListenerFilter ANY = CallFilter.NONE.listener();

    private static Snapshot snapshot(QueueSelection selection, HeldListener... records) {
        Snapshot snapshot = Snapshot.ofAll(selection);
        for (HeldListener record : records) {
            snapshot.add(record);
        }
        return snapshot;
    }

    private static List<Long> inodes(QueueSelection selection, HeldListener... records) {
        return snapshot(selection, records).queues().stream()
                .map(queue -> queue.socket().inode())
                .toList();
    }

    private static QueueSelection all() {
        return new QueueSelection(holder -> true, ANY, -1, List.of());
    }

    private static ListenerFilter listeners(List<Integer> ports, Network... addresses) {
        List<Ports> single = ports.stream().map(port -> new Ports(port, port)).toList();
        return new ListenerFilter(List.of(), null, null, single, List.of(addresses), List.of());
    }

    @Test
    void oldestQueueComesFirstThenTheLongest() {
        assertEquals(
                List.of(3L, 2L, 99L, 1L),
                inodes(
                        all(),
                        QueueRecords.tcp(1, 5),
                        QueueRecords.tcp(2, 5, 1, 1, 1),
                        QueueRecords.tcp(3, 5, 2),
                        QueueRecords.unix(0, 1)));
    }

    @Test
    void socketHasAllItsHolders() {
        ListenerQueue queue = snapshot(all(), QueueRecords.tcp(1, 5), QueueRecords.tcp(1, 6))
                .queues()
                .get(0);
        assertEquals(
                List.of(5, 6),
                queue.holders().stream().map(ListenerHolder::tgid).toList());
        assertEquals(2, queue.holderCount());
    }

    /** The other holders of the socket are shown, too. */
    @Test
    void onlySocketsOfSelectedProcessesAreShown() {
        QueueSelection six = new QueueSelection(holder -> holder.tgid() == 6, ANY, -1, List.of());
        List<ListenerQueue> queues = snapshot(
                        six, QueueRecords.tcp(1, 5), QueueRecords.tcp(2, 5), QueueRecords.tcp(2, 6))
                .queues();
        assertEquals(1, queues.size());
        assertEquals(2, queues.get(0).holderCount());
    }

    @Test
    void selectsByPortAddressAndWait() {
        HeldListener[] records = {QueueRecords.tcp(1, 5, 2), QueueRecords.tcp(2, 5, 3), QueueRecords.unix(0, 1)};
        byte[] ours = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, 10, 0, 0, 9};
        byte[] other = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, 10, 0, 1, 1};
        assertEquals(
                List.of(2L), inodes(new QueueSelection(holder -> true, listeners(List.of(2)), -1, List.of()), records));
        assertEquals(
                List.of(2L, 1L),
                inodes(
                        new QueueSelection(
                                holder -> true, listeners(List.of(), new Network(ours, 120, 0)), -1, List.of()),
                        records));
        assertEquals(
                List.of(1L),
                inodes(
                        new QueueSelection(
                                holder -> true, listeners(List.of(), new Network(ours, 120, 1)), -1, List.of()),
                        records));
        assertEquals(
                List.of(),
                inodes(
                        new QueueSelection(
                                holder -> true, listeners(List.of(), new Network(other, 120, 0)), -1, List.of()),
                        records));
        assertEquals(List.of(2L), inodes(new QueueSelection(holder -> true, ANY, 3 * SECOND, List.of()), records));
    }

    private static ListenerFilter named(String... names) {
        return new ListenerFilter(List.of(), null, null, List.of(), List.of(), List.of(names));
    }

    /** Record 99 is the only AF_UNIX listener. */
    @Test
    void selectsByRangeOfPortsAndByName() {
        HeldListener[] records = {QueueRecords.tcp(8400, 5), QueueRecords.tcp(8411, 5), QueueRecords.unix(0, 1)};
        ListenerFilter range =
                new ListenerFilter(List.of(), null, null, List.of(new Ports(8400, 8410)), List.of(), List.of());
        assertEquals(List.of(8400L), inodes(new QueueSelection(holder -> true, range, -1, List.of()), records));
        for (String name : List.of(NAME, NAME + "\0", NAME + "\0\0")) {
            assertEquals(List.of(99L), inodes(new QueueSelection(holder -> true, named(name), -1, List.of()), records));
        }
        for (String name : List.of(NAME + "x", NAME.substring(1), "\0" + NAME)) {
            assertEquals(List.of(), inodes(new QueueSelection(holder -> true, named(name), -1, List.of()), records));
        }
    }

    @Test
    void unchangedHeadHasWaitedSinceTheEarlierSnapshot() {
        Snapshot earlier = snapshot(all(), QueueRecords.unix(10 * SECOND, 1, 2));
        assertTrue(earlier.hasUnknownAge());
        Snapshot later = snapshot(all(), QueueRecords.unix(11 * SECOND, 1, 2, 3));
        later.compareWith(earlier);
        assertEquals(SECOND, later.queues().get(0).oldestNs());
        assertTrue(later.queues().get(0).oldest().atLeast());
        Snapshot other = snapshot(all(), QueueRecords.unix(12 * SECOND, 2, 3));
        other.compareWith(later);
        assertEquals(-1, other.queues().get(0).oldestNs());
    }

    @Test
    void agesOfIpConnectionsAreKnown() {
        assertFalse(snapshot(all(), QueueRecords.tcp(1, 5, 1)).hasUnknownAge());
    }

    @Test
    void listenersWithoutRoomAreCounted() {
        HeldListener[] records = IntStream.rangeClosed(1, Snapshot.MAX_LISTENERS + 2)
                .mapToObj(port -> QueueRecords.tcp(port, 5))
                .toArray(HeldListener[]::new);
        Snapshot snapshot = snapshot(all(), records);
        assertEquals(Snapshot.MAX_LISTENERS, snapshot.queues().size());
        assertEquals(2, snapshot.forgotten());
    }

    @Test
    void onlyConnectionsOfSelectedPeers() {
        byte[] client = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, 10, 0, 0, 9};
        byte[] other = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, 10, 0, 0, 8};
        HeldListener[] records = {QueueRecords.tcp(1, 5, 2), QueueRecords.tcp(2, 5), QueueRecords.unix(0, 1)};
        assertEquals(
                List.of(1L),
                inodes(new QueueSelection(holder -> true, ANY, -1, List.of(new Network(client, 128, 0))), records));
        assertEquals(
                List.of(),
                inodes(new QueueSelection(holder -> true, ANY, -1, List.of(new Network(other, 128, 0))), records));
    }

    /** Sockets of other processes must not take up the room of sockets of selected processes. */
    @Test
    void socketsOfSelectedProcessesHavePrecedence() {
        Snapshot snapshot = Snapshot.ofAll(new QueueSelection(holder -> holder.tgid() == 6, ANY, -1, List.of()));
        IntStream.rangeClosed(1, Snapshot.MAX_LISTENERS).forEach(port -> snapshot.add(QueueRecords.tcp(port, 5)));
        snapshot.add(QueueRecords.tcp(9000, 6));
        assertEquals(1, snapshot.queues().size());
        assertEquals(0, snapshot.forgotten());
    }
}
