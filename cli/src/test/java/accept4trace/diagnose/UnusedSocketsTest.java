package accept4trace.diagnose;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import accept4trace.diagnose.Finding.Kind;
import accept4trace.event.Endpoint.Ip;
import accept4trace.event.HeldListener;
import accept4trace.event.KernelSocket;
import accept4trace.event.ListenerHolder;
import accept4trace.event.Protocol;
import accept4trace.event.QueueLengths;
import accept4trace.event.RecordBuilder;
import accept4trace.fake.FakeSnapshots;
import accept4trace.queue.QueueRecords;
import accept4trace.queue.QueueSampler;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests findings about an SO_REUSEPORT group of up to three sockets. In most tests, process N holds socket N. */
class UnusedSocketsTest extends Examining {
    private static final int UNTRACED = 1000;
    private static final long NETNS = 5;

    private final List<HeldListener> held = new ArrayList<>();
    private final FakeSnapshots snapshots = new FakeSnapshots();
    private final QueueSampler sampler = new QueueSampler(
            snapshots, tgid -> tgid != UNTRACED, QueueRecords.EVERYTHING, why -> {}, Runnable::run, () -> 0);

    private void hold(int socket, int holder, int waiting) {
        KernelSocket listener = new KernelSocket(socket, new Protocol(2, 1, 6, ""), 10, new Ip(ANY, 443, 0), null, 0);
        byte[] comm = "nginx".getBytes(StandardCharsets.US_ASCII);
        held.add(new HeldListener(
                listener,
                NETNS,
                new ListenerHolder(holder, 6 + socket, 0, comm),
                QueueLengths.of(waiting, 511),
                List.of(),
                SECOND));
    }

    private void holdAll() {
        hold(1, 1, 0);
        hold(2, 2, 0);
        hold(3, 3, 0);
    }

    /** Takes a snapshot during the run. */
    private void look() {
        snapshots.records.clear();
        snapshots.records.add(List.copyOf(held));
        sampler.tick(Long.MAX_VALUE);
        examination.addSnapshot(Objects.requireNonNull(sampler.latest()));
    }

    private void end() {
        snapshots.records.clear();
        snapshots.records.add(List.copyOf(held));
        examination.setQueues(sampler.last());
    }

    private static RecordBuilder member(RecordBuilder record, int socket) {
        return record.listenerInode(socket).options(true, false).surroundings((int) NETNS, 0);
    }

    private void accept(int count, int socket) {
        repeat(count, () -> add(member(connection(socket), socket)));
    }

    @Test
    void socketWithoutAConnectionIsNamed() {
        holdAll();
        look();
        accept(60, 1);
        accept(60, 3);
        end();
        Finding unused = finding(Kind.UNFAIR);
        assertEquals(
                List.of("no connection for 1 of 3 SO_REUSEPORT sockets on 0.0.0.0:443, while the others got 120:"
                        + " nginx[2] fd 8"),
                headlines());
        assertFalse(unused.isFault());
        assertEquals(List.of(2), unused.processes());
        assertEquals(Map.of("connections", 120L, "sockets", 3L, "unused_sockets", 1L), unused.numbers());
        assertEquals(
                "Its queue is empty, too. Hashing by address and port would have chosen every socket. SO_INCOMING_CPU,"
                        + " SO_BINDTODEVICE or a BPF program that selects sockets can exclude some, which may be"
                        + " intended.",
                unused.remedy());
    }

    @Test
    void severalSocketsAreOneFinding() {
        holdAll();
        look();
        accept(20, 2);
        end();
        assertEquals(
                List.of("no connection for 2 of 3 SO_REUSEPORT sockets on 0.0.0.0:443, while the others got 20:"
                        + " nginx[1] fd 7, nginx[3] fd 9"),
                headlines());
        assertTrue(finding(Kind.UNFAIR).remedy().startsWith("Their queues are empty"));
    }

    @ParameterizedTest
    @CsvSource({"20, 19, false", "20, 20, true"})
    void othersNeedManyConnections(int first, int third, boolean isUnused) {
        holdAll();
        look();
        accept(first, 1);
        accept(third, 3);
        end();
        assertEquals(isUnused ? 1 : 0, headlines().size(), headlines()::toString);
    }

    /** For example, a reload has started a new process with a socket of its own. */
    @Test
    void connectionsBeforeTheSocketIsKnownDoNotCount() {
        hold(1, 1, 0);
        look();
        accept(100, 1);
        hold(2, 2, 0);
        look();
        accept(19, 1);
        look();
        end();
        assertEquals(List.of(), headlines());
        accept(1, 1);
        assertEquals(
                List.of("no connection for 1 of 2 SO_REUSEPORT sockets on 0.0.0.0:443, while the others got 20:"
                        + " nginx[2] fd 8"),
                headlines());
    }

    /** The connections were already in the queue of socket 1 when socket 2 was first seen. */
    @Test
    void connectionsThatAlreadyWaitedDoNotCount() {
        hold(1, 1, 100);
        look();
        accept(1, 1);
        hold(2, 2, 0);
        look();
        accept(100, 1);
        held.clear();
        hold(1, 1, 0);
        hold(2, 2, 0);
        end();
        assertEquals(List.of(), headlines());
        accept(20, 1);
        assertEquals(1, headlines().size(), headlines()::toString);
    }

    /** For example, after a reload, the sockets of the new processes have not received any connection yet. */
    @Test
    void atLeastOneRemainingSocketMustBeUsed() {
        holdAll();
        look();
        accept(100, 1);
        held.clear();
        hold(2, 2, 0);
        hold(3, 3, 0);
        end();
        assertEquals(List.of(), headlines());
    }

    @Test
    void socketThatOnlyTheLastSnapshotShowsIsNotReported() {
        hold(1, 1, 0);
        look();
        accept(100, 1);
        hold(2, 2, 0);
        end();
        assertEquals(List.of(), headlines());
    }

    @Test
    void socketWithWaitingConnectionsIsNotUnused() {
        hold(1, 1, 0);
        hold(2, 2, 1);
        look();
        accept(100, 1);
        end();
        assertEquals(List.of(), headlines());
    }

    /** A snapshot stores 64 holders of a socket, and only counts the others. */
    @Test
    void socketOfManyWorkersIsNamed() {
        hold(1, 1, 0);
        for (int process = 1; process <= 65; process++) {
            hold(2, process, 0);
        }
        look();
        accept(100, 1);
        end();
        assertEquals(1, headlines().size(), headlines()::toString);
    }

    /** An untraced process that holds the socket may have accepted connections from it without being seen. */
    @Test
    void allHoldersMustBeTraced() {
        hold(1, 1, 0);
        hold(2, 1, 0);
        hold(2, UNTRACED, 0);
        look();
        accept(100, 1);
        end();
        assertEquals(List.of(), headlines());
    }

    /** For example, two sockets are bound to different interfaces. */
    @Test
    void socketsWithoutReusePortAreNoGroup() {
        hold(1, 1, 0);
        hold(2, 2, 0);
        look();
        repeat(100, () -> add(connection(1).listenerInode(1).surroundings((int) NETNS, 0)));
        end();
        assertEquals(List.of(), headlines());
    }

    @Test
    void otherNamespacesAreNotInTheGroup() {
        hold(1, 1, 0);
        hold(2, 2, 0);
        look();
        repeat(100, () -> add(member(connection(1), 1).surroundings(7, 0)));
        end();
        assertEquals(List.of(), headlines());
    }

    /** The owner of the unused socket calls accept, but there is no connection. */
    @Test
    void acceptsWithoutAConnectionChangeNothing() {
        holdAll();
        look();
        accept(60, 1);
        accept(60, 3);
        repeat(5, () -> add(member(empty(2), 2)));
        end();
        assertEquals(
                1,
                headlines().stream()
                        .filter(line -> line.startsWith("no connection for 1 of 3"))
                        .count(),
                headlines()::toString);
    }
}
