package accept4trace.diagnose;

import static org.junit.jupiter.api.Assertions.assertEquals;

import accept4trace.event.BlockingCall;
import accept4trace.event.ThreadState;
import accept4trace.event.ThreadState.CurrentCall;
import accept4trace.event.ThreadState.State;
import accept4trace.fake.FakeSnapshots;
import accept4trace.queue.QueueRecords;
import accept4trace.queue.QueueSampler;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests the shares of workers of which some appear or end during a run of ten seconds. */
class UnfairWorkersTest extends Examining {
    private static final long START = 100 * SECOND;
    private static final long END = START + 10 * SECOND;
    /** The socket on which {@link #call} accepts. */
    private static final int INODE = 700;

    /** Adds connections that a process accepts between two times. */
    private void accept(int process, int connections, long fromNs, long toNs) {
        for (int i = 0; i < connections; i++) {
            long ns = fromNs + (toNs - fromNs) * i / Math.max(1, connections - 1);
            add(connection(process).beganAt(ns).endedAt(ns));
        }
    }

    private void fourWorkersStay() {
        for (int process = 1; process <= 4; process++) {
            accept(process, 500, START, END);
        }
    }

    /** For example, PHP-FPM has started another child because of the load. */
    @Test
    void newWorkerIsNotCompared() {
        fourWorkersStay();
        accept(5, 60, END - SECOND, END);
        assertEquals(List.of(), headlines());
    }

    /** For example, gunicorn replaces each worker after a number of requests. */
    @Test
    void endedWorkerIsNotCompared() {
        facts.running = false;
        fourWorkersStay();
        accept(5, 60, START, START + SECOND);
        assertEquals(List.of(), headlines());
    }

    @Test
    void newThreadIsNotCompared() {
        for (int tid = 11; tid <= 14; tid++) {
            acceptInThread(tid, START);
        }
        for (int tid = 11; tid <= 14; tid++) {
            acceptInThread(tid, END);
        }
        acceptInThread(15, END);
        repeat(500, () -> {
            for (int tid = 11; tid <= 14; tid++) {
                acceptInThread(tid, END);
            }
        });
        assertEquals(List.of(), headlines());
    }

    private void acceptInThread(int tid, long atNs) {
        examination.add(call(1).thread(tid)
                .related(EPOLL_WAIT, tid, 0, 512, -1)
                .ready(1)
                .ret(1)
                .beganAt(atNs)
                .endedAt(atNs)
                .decodeRelated());
        add(connection(1).thread(tid).beganAt(atNs).endedAt(atNs));
    }

    @Test
    void stuckWorkerIsCompared() {
        fourWorkersStay();
        accept(5, 60, START, START + SECOND);
        assertEquals(
                List.of("unfair shares of 2,060 connections on 0.0.0.0:443: nginx[1] 24%, nginx[2] 24%, nginx[3] 24%,"
                        + " nginx[4] 24% and 1 more"),
                headlines());
    }

    /** It waits for a long time, and then gets a connection. */
    @Test
    void workerThatWaitedForMostOfTheTimeIsCompared() {
        fourWorkersStay();
        add(connection(5).beganAt(START).endedAt(END));
        assertEquals(1, headlines().size());
    }

    @ParameterizedTest
    @CsvSource({"5, 1", "6, 0"})
    void workersPresentHalfTheTimeAreCompared(long afterSeconds, int findings) {
        fourWorkersStay();
        accept(5, 2, START + afterSeconds * SECOND, END);
        assertEquals(findings, headlines().size(), headlines()::toString);
    }

    /** Takes snapshots during a part of the run. Each shows a thread that sleeps in a system call. */
    private void snapshots(int tgid, int tid, BlockingCall call, long fromNs, long toNs) {
        FakeSnapshots snapshots = new FakeSnapshots();
        CurrentCall current = new CurrentCall(0, call, 3, null);
        snapshots.threads.add(new ThreadState(tgid, tid, new byte[0], State.ASLEEP, 0, null, current));
        for (long ns = fromNs; ns <= toNs; ns += SECOND) {
            snapshots.records.clear();
            snapshots.records.add(List.of(QueueRecords.at(ns, QueueRecords.tcp(INODE, tgid))));
            QueueSampler sampler =
                    new QueueSampler(snapshots, id -> true, QueueRecords.EVERYTHING, why -> {}, Runnable::run, () -> 0);
            sampler.includeThreads();
            sampler.takeNow();
            examination.addSnapshot(Objects.requireNonNull(sampler.latest()));
        }
    }

    /** Nobody wakes the worker, so it makes its first call late, but snapshots show that it waited for connections. */
    @ParameterizedTest
    @CsvSource({"EPOLL_WAIT, 0, 1", "ACCEPT4, 0, 1", "POLL, 0, 1", "FUTEX, 0, 0", "EPOLL_WAIT, 8, 0"})
    void workerThatIsSeenToWaitIsCompared(BlockingCall call, int sinceSeconds, int findings) {
        fourWorkersStay();
        snapshots(5, 5, call, START + sinceSeconds * SECOND, END);
        accept(5, 2, END - SECOND, END);
        assertEquals(findings, headlines().size(), headlines()::toString);
    }

    /** The worker waited for a long time before the first connection, and ended soon after it. */
    @Test
    void waitBeforeTheFirstConnectionDoesNotCount() {
        facts.running = false;
        snapshots(5, 5, BlockingCall.EPOLL_WAIT, START - 20 * SECOND, START);
        fourWorkersStay();
        accept(5, 2, START, START + SECOND);
        assertEquals(List.of(), headlines());
    }

    @ParameterizedTest
    @CsvSource({"15, 1", "16, 0"})
    void threadThatIsSeenToWaitIsCompared(int waiting, int findings) {
        for (long ns : new long[] {START, END}) {
            for (int tid = 11; tid <= 14; tid++) {
                acceptInThread(tid, ns);
            }
        }
        snapshots(1, waiting, BlockingCall.EPOLL_WAIT, START, END);
        acceptInThread(15, END);
        repeat(500, () -> {
            for (int tid = 11; tid <= 14; tid++) {
                acceptInThread(tid, END);
            }
        });
        assertEquals(findings, headlines().size(), headlines()::toString);
    }
}
