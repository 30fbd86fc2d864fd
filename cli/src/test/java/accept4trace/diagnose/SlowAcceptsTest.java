package accept4trace.diagnose;

import static accept4trace.event.SampleLosses.losses;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import accept4trace.diagnose.Finding.Kind;
import accept4trace.fake.FakeSnapshots;
import accept4trace.queue.QueueRecords;
import accept4trace.queue.QueueSampler;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SlowAcceptsTest extends Examining {
    private static final long FIRST = 100 * SECOND;
    private static final int UNTRACED = 1000;
    private static final String SLOW = "slow accept loop on 0.0.0.0:443: 100% of connections waited 100ms or longer";

    private void accept(long atNs, long waitNs, long inode) {
        add(connection(1).acceptedAt(atNs).waited(waitNs).listenerInode(inode));
    }

    /**
     * Makes the loop slow, but without a stall, because all accepts are at the same time, and no earlier snapshot shows
     * the socket.
     */
    private void acceptFive() {
        repeat(5, () -> accept(FIRST, SECOND, 700));
    }

    private void assertStalls(String text, long count, long longestNs) {
        Finding slow = finding(Kind.SLOW);
        assertEquals(SLOW + " (p50 1.0s, p99 ", slow.headline().replaceFirst("(?<=p99 ).*", ""));
        assertEquals(text, slow.headline().replaceFirst("^[^)]*\\)", ""));
        assertEquals(count, slow.numbers().get("stalls"));
        assertEquals(longestNs, slow.numbers().get("longest_stall_ns"));
    }

    /** For example, the server was stopped for a moment. */
    @Test
    void oneLongStallIsEnough() {
        repeat(500, () -> accept(FIRST, MILLI, 700));
        accept(FIRST + 999 * MILLI, 9 * SECOND, 700);
        assertEquals(List.of(), headlines());
        accept(FIRST + 1999 * MILLI, SECOND, 700);
        Finding slow = finding(Kind.SLOW);
        assertTrue(slow.headline().endsWith("; stalled 2 times, up to 1.0 s"), slow.headline());
    }

    @Test
    void queueThatIsEmptiedAtOnceDoesNotStall() {
        acceptFive();
        assertStalls("", 0, 0);
    }

    @Test
    void stallIsAsLongAsThePauseBetweenAccepts() {
        acceptFive();
        accept(FIRST + 1300 * MILLI, 9 * SECOND, 700);
        accept(FIRST + 1301 * MILLI, 9 * SECOND, 700);
        assertStalls("; stalled 1.3 s", 1, 1300 * MILLI);
    }

    @Test
    void timeWithoutConnectionsIsNoStall() {
        acceptFive();
        accept(FIRST + 60 * SECOND, 400 * MILLI, 700);
        accept(FIRST + 120 * SECOND, 100 * MILLI, 700);
        assertStalls("; stalled 2 times, up to 0.4 s", 2, 400 * MILLI);
    }

    /** The time between the windows of a recording is missing, and so are the accepts in that time. */
    @Test
    void pauseThatWasNotRecordedIsNoStall() {
        acceptFive();
        examination.skip();
        accept(FIRST + 60 * SECOND, 9 * SECOND, 700);
        assertStalls("", 0, 0);
    }

    @Test
    void otherSocketOfTheAddressCanStall() {
        accept(FIRST, SECOND, 701);
        acceptFive();
        accept(FIRST + SECOND, SECOND, 700);
        accept(FIRST + 2 * SECOND, 2 * SECOND, 701);
        assertStalls("; stalled 2 times, up to 2.0 s", 2, 2 * SECOND);
    }

    /** Adds a snapshot at {@link #FIRST} of a socket that process 1 holds, and maybe an untraced process. */
    private void snapshot(boolean isShared) {
        snapshot(isShared ? IntStream.of(1, UNTRACED) : IntStream.of(1));
    }

    private void snapshot(IntStream holders) {
        FakeSnapshots snapshots = new FakeSnapshots();
        snapshots.records.add(holders.mapToObj(holder -> QueueRecords.at(FIRST, QueueRecords.tcp(700, holder)))
                .toList());
        QueueSampler sampler = new QueueSampler(
                snapshots, tgid -> tgid != UNTRACED, QueueRecords.EVERYTHING, why -> {}, Runnable::run, () -> 0);
        sampler.tick(0);
        examination.addSnapshot(Objects.requireNonNull(sampler.latest()));
    }

    /** The server has accepted nothing since before the run, e.g. because it was stopped. */
    @Test
    void stallFromTheStartOfTheRunIsReported() {
        snapshot(false);
        accept(FIRST + 4 * SECOND, 9 * SECOND, 700);
        Finding slow = finding(Kind.SLOW);
        assertTrue(slow.headline().endsWith("; stalled 4.0 s"), slow.headline());
    }

    /** A snapshot stores 64 holders of a socket, and only counts the others. */
    @Test
    void stallOfManyWorkersIsReported() {
        snapshot(IntStream.rangeClosed(1, 65));
        accept(FIRST + 4 * SECOND, 9 * SECOND, 700);
        Finding slow = finding(Kind.SLOW);
        assertTrue(slow.headline().endsWith("; stalled 4.0 s"), slow.headline());
    }

    @Test
    void waitBeforeTheFirstSnapshotIsNotAStall() {
        snapshot(false);
        accept(FIRST - MILLI, 9 * SECOND, 700);
        assertEquals(List.of(), headlines());
    }

    /** The other process may have accepted meanwhile. */
    @Test
    void firstAcceptFromASharedSocketProvesNoStall() {
        snapshot(true);
        accept(FIRST + 4 * SECOND, 9 * SECOND, 700);
        assertEquals(List.of(), headlines());
    }

    /** For example, -p selects one worker. Meanwhile, the others accept from the same socket. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void acceptsFromASharedSocketProveNoStall(boolean sharedFirst) {
        snapshot(sharedFirst);
        snapshot(true);
        snapshot(false);
        accept(FIRST + SECOND, MILLI, 700);
        accept(FIRST + 4 * SECOND, 3 * SECOND, 700);
        assertEquals(List.of(), headlines());
    }

    @ParameterizedTest
    @CsvSource({"0, 0, 1", "1, 0, 0", "0, 1, 0"})
    void missingEventsMayHaveEndedAStall(long lost, long skippedCalls, int findings) {
        accept(FIRST, MILLI, 700);
        accept(FIRST + 4 * SECOND, 3 * SECOND, 700);
        examination.setLosses(losses(lost, 0, 0, skippedCalls));
        assertEquals(findings, headlines().size(), headlines()::toString);
    }

    /** As in Go, one thread waits for connections, and any thread accepts them. */
    @ParameterizedTest
    @CsvSource({"1, 0, 0", "1, 1500, 5", "2, 0, 5"})
    void otherThreadOfAPoolMayHaveWaited(int process, long sinceMs, long busy) {
        examination.add(call(process)
                .thread(99)
                .related(EPOLL_WAIT, 8, 0, 512, -1)
                .ready(1)
                .ret(1)
                .beganAt(FIRST + sinceMs * MILLI)
                .endedAt(FIRST + 2 * SECOND)
                .decodeRelated());
        repeat(
                5,
                () -> add(connection(1)
                        .beganAt(FIRST + 2 * SECOND)
                        .acceptedAt(FIRST + 2 * SECOND)
                        .waited(SECOND)));
        assertEquals(busy, finding(Kind.SLOW).numbers().get("slow_while_busy"));
    }

    @Test
    void laterSnapshotsDoNotShortenAStall() {
        acceptFive();
        snapshot(false);
        accept(FIRST + SECOND, SECOND, 700);
        assertStalls("; stalled 1.0 s", 1, SECOND);
    }

    private void failForLackOfFiles(long atNs) {
        add(call(1).ret(-24).endedAt(atNs));
    }

    private void acceptAndReturn(long atNs, long waitNs) {
        add(connection(1).acceptedAt(atNs).endedAt(atNs).waited(waitNs));
    }

    private List<Kind> faults() {
        return diagnosis().faults().stream().map(Finding::kind).toList();
    }

    /** As soon as a file is closed, the server accepts all connections that have waited for that. */
    @Test
    void waitsForAFileAreNotSlow() {
        acceptAndReturn(FIRST, MILLI);
        failForLackOfFiles(FIRST + SECOND);
        repeat(5, () -> acceptAndReturn(FIRST + 4 * SECOND, 3 * SECOND));
        assertEquals(List.of(Kind.EMFILE), faults());
    }

    @Test
    void connectionThatArrivedAfterALackOfFilesIsSlow() {
        failForLackOfFiles(FIRST);
        acceptAndReturn(FIRST + SECOND, 0);
        repeat(5, () -> acceptAndReturn(FIRST + 3 * SECOND, 1999 * MILLI));
        assertEquals(List.of(Kind.EMFILE, Kind.SLOW), faults());
    }

    @Test
    void stallAfterALackOfFilesIsReported() {
        failForLackOfFiles(FIRST);
        acceptAndReturn(FIRST + SECOND, SECOND);
        acceptAndReturn(FIRST + 3 * SECOND, 3 * SECOND);
        assertEquals(List.of(Kind.EMFILE, Kind.SLOW), faults());
        assertEquals(2 * SECOND, finding(Kind.SLOW).numbers().get("longest_stall_ns"));
    }

    /** When a file is closed, the process accepts from one socket, and a moment later from the other. */
    @Test
    void lackOfFilesExplainsTheStallOfTheOtherSocket() {
        add(connection(1).listenerInode(701).acceptedAt(FIRST).endedAt(FIRST).waited(MILLI));
        failForLackOfFiles(FIRST + MILLI);
        acceptAndReturn(FIRST + 4 * SECOND, 3 * SECOND);
        long laterNs = FIRST + 4 * SECOND + MILLI;
        add(connection(1)
                .listenerInode(701)
                .acceptedAt(laterNs)
                .endedAt(laterNs)
                .waited(4 * SECOND));
        assertEquals(List.of(Kind.EMFILE), faults());
    }

    @Test
    void acceptsOutOfOrderAreNoStall() {
        acceptFive();
        accept(FIRST - SECOND, SECOND, 700);
        accept(FIRST + 50 * MILLI, SECOND, 700);
        assertStalls("", 0, 0);
    }
}
