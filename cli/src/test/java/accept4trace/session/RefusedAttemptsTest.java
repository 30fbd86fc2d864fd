package accept4trace.session;

import static accept4trace.queue.QueueRecords.SECOND;
import static accept4trace.queue.QueueRecords.tcp;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import accept4trace.capture.CallFilter;
import accept4trace.capture.CaptureException;
import accept4trace.event.Endpoint.Ip;
import accept4trace.event.HeldListener;
import accept4trace.event.Refusal;
import accept4trace.event.RefusalBuilder;
import accept4trace.event.RefusedAttempt;
import accept4trace.fake.FakeSnapshots;
import accept4trace.proc.Processes;
import accept4trace.queue.HeldSockets;
import accept4trace.queue.ListenerHolders;
import accept4trace.queue.TraceSelection;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests refused connections in a trace of process 5. */
class RefusedAttemptsTest {
    private static final int OURS = 8077;
    private static final int OTHERS = 9000;

    @TempDir
    private Path proc;

    private final List<String> packets = new ArrayList<>();
    private final List<String> records = new ArrayList<>();
    private final FakeSnapshots snapshots = new FakeSnapshots();
    private final RefusedAttempts.Receiver receiver = new RefusedAttempts.Receiver() {
        @Override
        public void packet(Refusal refusal, boolean isNew) {
            packets.add(refusal.peer().hasPort() && isNew ? "new" : "again");
        }

        @Override
        public void attempt(RefusedAttempt attempt) {
            records.add(port(attempt) + " at=" + attempt.at() + " packets=" + attempt.packets() + " "
                    + (attempt.lastNs() - attempt.first().timeNs()) / (SECOND / 10) + "ds");
        }
    };
    private long now = 100 * SECOND;
    private Set<Integer> traced = Set.of(5);

    private static int port(RefusedAttempt attempt) {
        return ((Ip) attempt.first().peer()).port();
    }

    private RefusedAttempts everything() {
        return new RefusedAttempts(null, true);
    }

    private HeldSockets held() {
        return new HeldSockets(
                snapshots,
                tgid -> traced.contains(tgid),
                new TraceSelection(CallFilter.NONE, new Processes(proc)),
                Runnable::run,
                () -> now,
                false);
    }

    private void then(HeldListener... listeners) {
        snapshots.records.add(List.of(listeners));
    }

    private RefusalBuilder syn(double seconds) {
        now = (long) (100 * SECOND + seconds * SECOND);
        return new RefusalBuilder().inode(OURS).at(now);
    }

    private void tickAt(RefusedAttempts attempts, double seconds) {
        now = (long) (100 * SECOND + seconds * SECOND);
        attempts.tick(now, receiver);
    }

    @Test
    void repetitionsAreFolded() {
        RefusedAttempts attempts = everything();
        for (double at : new double[] {0, 1, 3}) {
            attempts.add(syn(at).decode(), receiver);
            attempts.tick(now, receiver);
        }
        assertEquals(List.of("new", "again", "again"), packets);
        tickAt(attempts, 7.9);
        assertEquals(List.of(), records);
        tickAt(attempts, 8);
        assertEquals(List.of("51100 at=syn packets=3 30ds"), records);
    }

    @Test
    void singlePacketIsReportedAfterTwoSeconds() {
        RefusedAttempts attempts = everything();
        attempts.add(syn(0).decode(), receiver);
        tickAt(attempts, 1.9);
        assertEquals(List.of(), records);
        tickAt(attempts, 2);
        assertEquals(List.of("51100 at=syn packets=1 0ds"), records);
        attempts.end(receiver);
        assertEquals(1, records.size());
    }

    @Test
    void longAttemptIsReportedAfterTenSeconds() {
        RefusedAttempts attempts = everything();
        for (double at : new double[] {0, 1, 3, 7}) {
            attempts.add(syn(at).decode(), receiver);
        }
        tickAt(attempts, 10);
        attempts.add(syn(15).decode(), receiver);
        attempts.end(receiver);
        assertEquals(List.of("51100 at=syn packets=4 70ds", "51100 at=syn packets=1 0ds"), records);
        /* The packet after the first report still belongs to the same attempt, so it is not "new". */
        assertEquals(List.of("new", "again", "again", "again", "again"), packets);
    }

    @Test
    void attemptsDifferByClientAndListener() {
        RefusedAttempts attempts = everything();
        attempts.add(syn(0).decode(), receiver);
        attempts.add(syn(0.1).peer(51_101).decode(), receiver);
        attempts.add(syn(0.2).inode(OTHERS).decode(), receiver);
        attempts.add(syn(1).atAck().decode(), receiver);
        attempts.end(receiver);
        assertEquals(
                List.of("51101 at=syn packets=1 0ds", "51100 at=syn packets=1 0ds", "51100 at=syn,ack packets=2 10ds"),
                records);
    }

    /**
     * A client that gives up can get the same port for its next attempt, which then differs only by the sequence number
     * of its SYN.
     */
    @Test
    void attemptsDifferByTheirFirstSequenceNumber() {
        RefusedAttempts attempts = everything();
        attempts.add(syn(0).isn(-5).decode(), receiver);
        attempts.add(syn(1).isn(-5).decode(), receiver);
        attempts.add(syn(1.5).isn(1_000_000).decode(), receiver);
        attempts.end(receiver);
        assertEquals(List.of("new", "again", "new"), packets);
        assertEquals(List.of("51100 at=syn packets=2 10ds", "51100 at=syn packets=1 0ds"), records);
    }

    /**
     * If data arrives instead of the last ACK of a handshake, it belongs to the attempt if its sequence number is
     * within the first window of 65,535 bytes.
     */
    @Test
    void dataContinuesAnAttempt() {
        RefusedAttempts attempts = everything();
        attempts.add(syn(0).isn(-5).decode(), receiver);
        attempts.add(syn(1).isn(65_530).atAck().decode(), receiver);
        attempts.add(syn(2).isn(65_531).atAck().decode(), receiver);
        attempts.add(syn(3).isn(65_530).atAck().decode(), receiver);
        assertEquals(List.of("new", "again", "new", "new"), packets);
    }

    @Test
    void memoryIsBounded() {
        RefusedAttempts attempts = everything();
        for (int i = 0; i < 10_000; i++) {
            attempts.add(syn(0).peer(1000 + i).decode(), receiver);
        }
        assertEquals(10_000 - 8192, records.size());
        attempts.end(receiver);
        assertEquals(10_000, records.size());
    }

    private long newAttempts() {
        return packets.stream().filter("new"::equals).count();
    }

    /** Clients repeat their packets after their attempts were evicted. */
    @Test
    void packetsOfEvictedAttemptsAreNotNew() {
        RefusedAttempts attempts = everything();
        for (double at : new double[] {0, 1, 3}) {
            for (int i = 0; i < 20_000; i++) {
                attempts.add(syn(at).peer(1000 + i).isn(i).decode(), receiver);
            }
        }
        assertEquals(20_000, newAttempts());
        assertEquals(0, attempts.unsure());
        attempts.add(syn(4).peer(1000).isn(-1).decode(), receiver);
        assertEquals(20_001, newAttempts());
    }

    /** The sequence number of the ACK does not say whether it belongs to the evicted attempt or to a later one. */
    @Test
    void ackAfterAnEvictionMayBelongToTheEvictedAttempt() {
        RefusedAttempts attempts = everything();
        for (int i = 0; i < 10_000; i++) {
            attempts.add(syn(0).peer(1000 + i).decode(), receiver);
        }
        attempts.add(syn(1).peer(1000).isn(5).atAck().decode(), receiver);
        assertEquals(10_000, newAttempts());
        assertEquals(1, attempts.unsure());
    }

    /**
     * Evicted attempts are forgotten, too. New packets are then unsure until clients no longer repeat those of
     * forgotten attempts.
     */
    @Test
    void packetsAfterTooManyEvictionsAreUnsure() {
        RefusedAttempts attempts = everything();
        for (int i = 0; i < 80_000; i++) {
            attempts.add(syn(0).inode(i).decode(), receiver);
        }
        assertEquals(80_000, newAttempts() + attempts.unsure());
        assertTrue(newAttempts() > 40_000, () -> newAttempts() + " are new");
        long known = newAttempts();
        attempts.add(syn(1).inode(0).decode(), receiver);
        assertEquals(known, newAttempts());
        attempts.add(syn(131).inode(80_000).decode(), receiver);
        assertEquals(known + 1, newAttempts());
    }

    @Test
    void onlyPacketsAreReportedIfAttemptsAreNotShown() {
        RefusedAttempts attempts = new RefusedAttempts(null, false);
        attempts.add(syn(0).decode(), receiver);
        attempts.end(receiver);
        assertEquals(List.of("new"), packets);
        assertEquals(List.of(), records);
    }

    @Test
    void onlyListenersOfTargetsAreSelected() {
        then(tcp(OURS, 5), tcp(OTHERS, 6), tcp(OTHERS, 7));
        RefusedAttempts attempts = new RefusedAttempts(held(), true);
        attempts.add(syn(1).decode(), receiver);
        attempts.add(syn(1).inode(OTHERS).peer(1).decode(), receiver);
        tickAt(attempts, 2);
        attempts.end(receiver);
        assertEquals(List.of("51100 at=syn packets=1 0ds"), records);
        assertEquals(0, attempts.unknown());
    }

    /**
     * The first snapshot that shows the listener begins after the packet was refused, so the packet is reported only
     * after that snapshot.
     */
    @Test
    void packetWaitsForASnapshot() {
        then(tcp(OTHERS, 6));
        then(tcp(OTHERS, 6), tcp(OURS, 5));
        RefusedAttempts attempts = new RefusedAttempts(held(), true);
        attempts.add(syn(0.5).decode(), receiver);
        assertEquals(List.of(), packets);
        assertEquals(List.of(0L, 1L), List.of(attempts.lost(), attempts.unknown()));
        tickAt(attempts, 1.5);
        tickAt(attempts, 1.6);
        assertEquals(List.of("new"), packets);
        assertEquals(2, snapshots.taken);
    }

    @Test
    void socketsThatATargetOpensNeedNoSnapshot() {
        then();
        RefusedAttempts attempts = new RefusedAttempts(held(), true);
        attempts.listening(OURS, receiver);
        attempts.add(syn(0.1).decode(), receiver);
        assertEquals(List.of("new"), packets);
        assertEquals(1, snapshots.taken);
    }

    /** The record of the target's listen() can follow that of a packet, which must then be reported immediately. */
    @Test
    void packetsOfASocketThatATargetOpensAreAssignedAtOnce() {
        then();
        RefusedAttempts attempts = new RefusedAttempts(held(), true);
        attempts.add(syn(0.1).decode(), receiver);
        attempts.add(syn(0.1).inode(OTHERS).decode(), receiver);
        attempts.listening(OURS, receiver);
        assertEquals(List.of("new"), packets);
        assertEquals(1, attempts.unknown());
    }

    @Test
    void listenerCanBeMissingUntilTheLastSnapshot() {
        then(tcp(9, 6));
        then(tcp(9, 6), tcp(OURS, 5));
        RefusedAttempts attempts = new RefusedAttempts(held(), true);
        attempts.add(syn(0.1).decode(), receiver);
        attempts.end(receiver);
        assertEquals(List.of("51100 at=syn packets=1 0ds"), records);
    }

    /** After a target has ended, another process can get its id. The sockets of that process must not count. */
    @Test
    void socketsOfALaterProcessAreNotThoseOfATarget() {
        then(tcp(9, 5));
        then(tcp(OTHERS, 5));
        RefusedAttempts attempts = new RefusedAttempts(held(), true);
        attempts.add(syn(0.1).inode(OTHERS).decode(), receiver);
        traced = Set.of();
        attempts.end(receiver);
        assertEquals(List.of(), records);
        assertEquals(0, attempts.unknown());
    }

    /**
     * The first snapshot does not show the listener, so no target had it at the beginning. There is no record of a
     * listen(), so no target has opened it since.
     */
    @Test
    void listenerWithoutHolderIsNotThatOfATarget() {
        then();
        RefusedAttempts attempts = new RefusedAttempts(held(), true);
        attempts.add(syn(0.1).decode(), receiver);
        attempts.end(receiver);
        assertEquals(0, attempts.unknown());
        assertEquals(List.of(), records);
    }

    @Test
    void listenerWithoutHolderIsUnknownIfTheFirstSnapshotHasFailed() {
        snapshots.failure = new CaptureException("take snapshots", 12, "");
        RefusedAttempts attempts = new RefusedAttempts(held(), true);
        attempts.add(syn(0.1).decode(), receiver);
        attempts.add(syn(0.1).inode(OTHERS).decode(), receiver);
        snapshots.failure = null;
        then(tcp(OTHERS, 6));
        attempts.end(receiver);
        assertEquals(1, attempts.unknown());
    }

    @Test
    void packetsWithoutSnapshotsAreCounted() {
        snapshots.failure = new CaptureException("take snapshots", 12, "");
        RefusedAttempts attempts = new RefusedAttempts(held(), true);
        for (int i = 0; i < 9000; i++) {
            attempts.add(syn(0.2).decode(), receiver);
        }
        attempts.end(receiver);
        assertEquals(9000, attempts.unknown());
    }

    /**
     * Packets that wait for a snapshot do not slow down others, because each is looked up only once when it arrives,
     * and once after each snapshot.
     */
    @Test
    void eachPacketIsLookedUpOncePerSnapshot() {
        then();
        int[] lookups = {0};
        ListenerHolders held = held();
        ListenerHolders counted = (ListenerHolders) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {ListenerHolders.class}, (proxy, method, arguments) -> {
                    lookups[0] += method.getName().equals("holder") ? 1 : 0;
                    return method.invoke(held, arguments);
                });
        RefusedAttempts attempts = new RefusedAttempts(counted, true);
        for (int i = 0; i < 1000; i++) {
            attempts.add(syn(0.2).decode(), receiver);
        }
        attempts.tick(now, receiver);
        attempts.tick(now, receiver);
        assertEquals(1000, lookups[0]);
    }

    @Test
    void withoutThreadsEveryListenerIsUnknown() {
        HeldSockets sockets = new HeldSockets(
                snapshots,
                tgid -> true,
                new TraceSelection(CallFilter.NONE, new Processes(proc)),
                task -> {
                    throw new RejectedExecutionException();
                },
                () -> now,
                false);
        RefusedAttempts attempts = new RefusedAttempts(sockets, true);
        attempts.add(syn(0.1).decode(), receiver);
        attempts.end(receiver);
        assertEquals(1, attempts.unknown());
    }
}
