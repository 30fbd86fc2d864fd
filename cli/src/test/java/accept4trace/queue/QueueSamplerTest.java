package accept4trace.queue;

import static accept4trace.queue.QueueRecords.SECOND;
import static accept4trace.queue.QueueRecords.at;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import accept4trace.capture.CallFilter;
import accept4trace.capture.CallFilter.CallerFilter;
import accept4trace.capture.CallFilter.ListenerFilter;
import accept4trace.capture.CaptureException;
import accept4trace.event.HeldListener;
import accept4trace.event.ThreadState;
import accept4trace.event.ThreadState.State;
import accept4trace.fake.FakeSnapshots;
import accept4trace.proc.Processes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests snapshots during a trace of process 5. */
class QueueSamplerTest {
    @TempDir
    private Path proc;

    private final List<String> notices = new ArrayList<>();
    private final FakeSnapshots snapshots = new FakeSnapshots();
    private long now = 100 * SECOND;
    private Set<Integer> traced = Set.of(5);

    private QueueSampler sampler(CallFilter filter, Executor background) {
        return new QueueSampler(
                snapshots,
                tgid -> traced.contains(tgid),
                new TraceSelection(filter, new Processes(proc)),
                notices::add,
                background,
                () -> now);
    }

    private QueueSampler sampler() {
        return sampler(CallFilter.NONE, Runnable::run);
    }

    private void then(HeldListener... records) {
        snapshots.records.add(List.of(records));
    }

    /** Takes all snapshots, a second apart. The last one is taken after the trace has ended. */
    private QueueReport report(QueueSampler sampler) {
        for (int i = 1; i < snapshots.records.size(); i++) {
            sampler.tick(now);
            now += SECOND;
        }
        return sampler.last();
    }

    private long stalledNs() {
        return report(sampler()).queues().get(0).stalledNs();
    }

    @Test
    void oneSnapshotEachSecond() {
        QueueSampler sampler = sampler();
        assertEquals(0, sampler.remainingNs(now));
        sampler.tick(now);
        assertEquals(SECOND, sampler.remainingNs(now));
        sampler.tick(now + SECOND - 1);
        assertEquals(1, snapshots.taken);
        now += SECOND;
        sampler.tick(now);
        assertEquals(2, snapshots.taken);
    }

    @Test
    void queuesAreUnknownAfterAnyFailure() {
        QueueSampler sampler = sampler();
        sampler.tick(now);
        assertEquals(List.of(), sampler.latest().queues());
        snapshots.meanwhile = () -> {
            throw new IllegalStateException("unforeseen");
        };
        now += SECOND;
        sampler.tick(now);
        assertEquals(
                "java.lang.IllegalStateException: unforeseen", sampler.latest().failure());
        assertEquals(SECOND, sampler.remainingNs(now));
    }

    @Test
    void onlyTheFirstFailureIsReported() {
        QueueSampler sampler = sampler();
        assertNull(sampler.latest());
        snapshots.failure = new CaptureException("take a snapshot", 12, "");
        sampler.tick(now);
        now += SECOND;
        sampler.tick(now);
        assertEquals("Cannot allocate memory", sampler.latest().failure());
        assertEquals(List.of("a snapshot of the accept queues has failed: Cannot allocate memory"), notices);
        snapshots.failure = null;
        now += SECOND;
        sampler.tick(now);
        assertNull(sampler.latest().failure());
    }

    @Test
    void queuesAreUnknownWithoutAThread() {
        QueueSampler sampler = sampler(CallFilter.NONE, task -> {
            throw new RejectedExecutionException();
        });
        sampler.tick(now);
        assertEquals("no thread can be started", sampler.latest().failure());
        assertEquals(1, notices.size());
    }

    @Test
    void aSlowSnapshotDelaysTheNextOneButTheFirstOnlyByASecond() {
        QueueSampler sampler = sampler();
        snapshots.meanwhile = () -> now += SECOND / 10;
        sampler.tick(now);
        assertEquals(SECOND, sampler.remainingNs(now));
        now += SECOND;
        sampler.tick(now);
        assertEquals(5 * SECOND, sampler.remainingNs(now));
    }

    @Test
    void aPauseFollowsAFirstSnapshotOfSeconds() {
        QueueSampler sampler = sampler();
        snapshots.meanwhile = () -> now += 3 * SECOND;
        sampler.tick(now);
        assertEquals(SECOND, sampler.remainingNs(now));
    }

    @Test
    void nothingIsDueWhileASnapshotIsTaken() {
        QueueSampler sampler = sampler(CallFilter.NONE, task -> {});
        sampler.tick(now);
        assertEquals(Long.MAX_VALUE, sampler.remainingNs(now + 10 * SECOND));
    }

    @Test
    void sameFirstConnectionMeansThatNothingWasAccepted() {
        then(at(50 * SECOND, QueueRecords.tcp(1, 5, 2)));
        then(at(51 * SECOND, QueueRecords.tcp(1, 5, 3, 1)));
        then(at(52 * SECOND, QueueRecords.tcp(1, 5, 4, 2)));
        assertEquals(2 * SECOND, stalledNs());
    }

    /**
     * The kernel has reused the memory of the first connection's socket, so both sockets have the same address in the
     * kernel. Only the lower age of the second one shows that the first one was accepted.
     */
    @Test
    void anotherConnectionInTheSameMemoryIsProgress() {
        then(at(50 * SECOND, QueueRecords.tcp(1, 5, 2)));
        then(at(51 * SECOND, QueueRecords.tcp(1, 5, 0.5)));
        assertEquals(0, stalledNs());
    }

    private ThreadState asleep(int tgid, int tid, long seconds) {
        return new ThreadState(tgid, tid, new byte[0], State.ASLEEP, seconds * SECOND, null, null);
    }

    /** No time passes between the snapshots, but holders that have slept for seconds have accepted nothing since. */
    @Test
    void sleepingHoldersAcceptNothing() {
        then(at(50 * SECOND, QueueRecords.tcp(1, 5, 3)), at(50 * SECOND, QueueRecords.tcp(1, 6, 3)));
        then(at(50 * SECOND, QueueRecords.tcp(1, 5, 3)), at(50 * SECOND, QueueRecords.tcp(1, 6, 3)));
        snapshots.threads.add(asleep(5, 5, 9));
        assertEquals(0, stalledNs());
        snapshots.threads.add(asleep(6, 6, 9));
        assertEquals(3 * SECOND, stalledNs());
        snapshots.threads.add(asleep(6, 7, 2));
        assertEquals(2 * SECOND, stalledNs());
        snapshots.threads.add(asleep(5, 8, -1));
        assertEquals(0, stalledNs());
    }

    @Test
    void emptyQueueHasNoAge() {
        then(QueueRecords.tcp(1, 5));
        then(QueueRecords.tcp(1, 5));
        assertEquals(-1, stalledNs());
    }

    @Test
    void ageOfAUnixConnectionHasALowerBound() {
        then(QueueRecords.unix(50 * SECOND, 1, 2));
        then(QueueRecords.unix(51 * SECOND, 1, 2));
        then(QueueRecords.unix(52 * SECOND, 1, 2, 3));
        QueueState state = report(sampler()).queues().get(0);
        assertEquals(2 * SECOND, state.stalledNs());
        assertEquals(2 * SECOND, state.queue().oldestNs());
        assertTrue(state.queue().oldest().atLeast());
    }

    @Test
    void onlyListenersOfTargets() {
        then(QueueRecords.tcp(1, 5), QueueRecords.tcp(2, 6), QueueRecords.tcp(3, 6), QueueRecords.tcp(3, 5));
        then(QueueRecords.tcp(1, 5), QueueRecords.tcp(2, 6), QueueRecords.tcp(3, 6), QueueRecords.tcp(3, 5));
        List<QueueState> queues = report(sampler()).queues();
        assertEquals(
                List.of(1L, 3L),
                queues.stream().map(state -> state.queue().socket().inode()).toList());
        assertEquals(1, queues.get(1).targets().size());
        assertEquals(2, queues.get(1).queue().holderCount());
    }

    @Test
    void onlyHoldersThatPassTheFilter() {
        then(QueueRecords.tcp(1, 5));
        then(QueueRecords.tcp(1, 5));
        assertEquals(
                1,
                report(sampler(CallFilter.NONE.withUid(0), Runnable::run))
                        .queues()
                        .size());
        assertEquals(
                0,
                report(sampler(CallFilter.NONE.withUid(7), Runnable::run))
                        .queues()
                        .size());
    }

    @Test
    void threadsOfQueuesWithoutProgress() {
        then(at(50 * SECOND, QueueRecords.tcp(1, 5, 2)));
        then(at(51 * SECOND, QueueRecords.tcp(1, 5, 3)));
        ThreadState ours = new ThreadState(5, 5, new byte[0], State.STOPPED, -1, null, null);
        snapshots.threads.add(ours);
        snapshots.threads.add(new ThreadState(6, 6, new byte[0], State.STOPPED, -1, null, null));
        assertEquals(List.of(ours), report(sampler()).threads().list());
    }

    @Test
    void queuesAreKnownWithoutThreads() {
        then(at(50 * SECOND, QueueRecords.tcp(1, 5, 2)));
        then(at(51 * SECOND, QueueRecords.tcp(1, 5, 3)));
        snapshots.threadsFailure = new CaptureException("take a snapshot of the threads", 1, "");
        QueueReport report = report(sampler());
        assertNull(report.failure());
        assertEquals(SECOND, report.queues().get(0).stalledNs());
        assertEquals("Operation not permitted", report.threads().failure());
        assertEquals(List.of(), report.threads().list());
    }

    private void write(String file, String text) throws Exception {
        Path path = proc.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    private List<Long> inodes(QueueSampler sampler) {
        traced = Set.of(5, 6, 7);
        return report(sampler).queues().stream()
                .map(state -> state.queue().socket().inode())
                .toList();
    }

    private static CallFilter filter(CallerFilter caller) {
        return new CallFilter(CallFilter.NONE.calls(), caller, CallFilter.NONE.listener(), List.of(), Set.of(), 0, 0);
    }

    /** The last snapshot is taken after process 7 has left the cgroup. */
    @Test
    void onlyHoldersInTheCgroup() throws Exception {
        write("web/cgroup.controllers", "");
        write("web/cgroup.procs", "5\n");
        write("web/inner/cgroup.procs", "7\n");
        then(QueueRecords.tcp(1, 5), QueueRecords.tcp(2, 6), QueueRecords.tcp(3, 7));
        then(QueueRecords.tcp(1, 5), QueueRecords.tcp(2, 6), QueueRecords.tcp(3, 7));
        QueueSampler sampler = sampler(
                filter(new CallerFilter(null, List.of(), proc.resolve("web").toString())), Runnable::run);
        assertEquals(List.of(1L, 3L), inodes(sampler));
        write("web/inner/cgroup.procs", "");
        assertEquals(List.of(1L), inodes(sampler));
    }

    @Test
    void unknownCgroupIsAFailure() {
        then(QueueRecords.tcp(1, 5));
        QueueSampler sampler = sampler(
                filter(new CallerFilter(null, List.of(), proc.resolve("missing").toString())), Runnable::run);
        assertEquals("the folder of the cgroup is not found", report(sampler).failure());
    }

    /**
     * The filter works as for calls: the name can be that of any thread of the holder, and only its first 15 bytes are
     * compared.
     */
    @Test
    void onlyHoldersWithTheName() throws Exception {
        write("6/task/6/comm", "server\n");
        write("6/task/61/comm", "acceptor\n");
        write("61/comm", "a-long-acceptor\n");
        then(QueueRecords.tcp(1, 5), QueueRecords.tcp(2, 6));
        then(QueueRecords.tcp(1, 5), QueueRecords.tcp(2, 6));
        assertEquals(
                List.of(2L),
                inodes(sampler(filter(new CallerFilter(null, List.of("a-long-acceptor-1"), null)), Runnable::run)));
        assertEquals(
                List.of(1L, 2L),
                inodes(sampler(filter(new CallerFilter(null, List.of("server"), null)), Runnable::run)));
        assertEquals(
                List.of(2L),
                inodes(sampler(filter(new CallerFilter(null, List.of("x", "a-long-acceptor"), null)), Runnable::run)));
    }

    @Test
    void onlyTheDescriptorOfTheFilter() {
        then(QueueRecords.tcp(1, 5));
        then(QueueRecords.tcp(1, 5));
        for (int fd : List.of(3, 4)) {
            CallFilter filter = new CallFilter(
                    CallFilter.NONE.calls(),
                    CallFilter.NONE.caller(),
                    new ListenerFilter(List.of(fd, 7), null, null, List.of(), List.of(), List.of()),
                    List.of(),
                    Set.of(),
                    0,
                    0);
            assertEquals(fd == 3 ? List.of(1L) : List.of(), inodes(sampler(filter, Runnable::run)));
        }
    }

    @Test
    void unknownQueuesHaveAReason() {
        snapshots.failure = new CaptureException("take a snapshot", 1, "");
        assertEquals("Operation not permitted", report(sampler()).failure());
        snapshots.failure = new CaptureException("take a snapshot", 0, "too old");
        assertEquals("too old", report(sampler()).failure());
        QueueSampler withoutThread = sampler(CallFilter.NONE, task -> {
            throw new RejectedExecutionException();
        });
        withoutThread.tick(now);
        assertEquals("no thread can be started", withoutThread.last().failure());
    }
}
