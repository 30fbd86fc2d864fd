package accept4trace.diagnose;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import accept4trace.diagnose.Finding.Kind;
import accept4trace.diagnose.Finding.Severity;
import accept4trace.event.EventLayout.Syscall;
import accept4trace.event.EventLayout.Via;
import accept4trace.event.RecordBuilder;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Tests which threads of nginx[1] are workers, and how they share the connections of a listener. Threads of a pool are
 * not workers, because it does not matter which of them accepts.
 */
class UnfairThreadsTest extends Examining {
    private static final int PROCESS = 1;
    private static final int THREADS = 4;
    private static final int FIRST_EPOLL = 20;

    /** Returns a connection that a thread accepted after waiting in accept from {@code enterNs} to {@code exitNs}. */
    private static RecordBuilder accepted(int thread, long enterNs, long exitNs) {
        return connection(PROCESS).thread(thread).beganAt(enterNs).endedAt(exitNs);
    }

    private void wake(int thread, int epoll) {
        examination.add(call(PROCESS)
                .thread(thread)
                .related(Syscall.EPOLL_WAIT, epoll, 0, 512, -1)
                .ready(1)
                .ret(1)
                .decodeRelated());
    }

    private void poll(int thread) {
        examination.add(call(PROCESS)
                .thread(thread)
                .related(Syscall.POLL, 0, 1, -1)
                .ready(1)
                .ret(1)
                .decodeRelated());
    }

    /** Gives 97 of 100 connections to the first of four threads. Before each accept, {@code before} runs. */
    private void shareUnfairly(Runnable before) {
        for (int i = 0; i < 97 + 3; i++) {
            thread = i < 97 ? 11 : 11 + i - 96;
            before.run();
            add(connection(PROCESS).thread(thread));
        }
    }

    private int thread;

    @Test
    void threadsWithTheirOwnEpollInstancesAreWorkers() {
        shareUnfairly(() -> wake(thread, FIRST_EPOLL + thread));
        Finding unfair = finding(Kind.UNFAIR);
        assertEquals(
                List.of("unfair shares of 100 connections on 0.0.0.0:443: nginx[1/11] 97%, nginx[1/12] 1%,"
                        + " nginx[1/13] 1%, nginx[1/14] 1%"),
                headlines());
        assertEquals(Severity.WASTE, unfair.severity());
        assertEquals(List.of(PROCESS), unfair.processes());
        assertEquals(Map.of("connections", 100L, "workers", 4L, "most", 97L, "least", 1L), unfair.numbers());
        assertTrue(unfair.remedy().contains("Is a worker stuck?"), unfair.remedy());
    }

    @Test
    void threadsThatPollAreWorkers() {
        shareUnfairly(() -> poll(thread));
        assertEquals(4, finding(Kind.UNFAIR).numbers().get("workers"));
    }

    /**
     * The kernel wakes the thread that started to wait last, and a runtime such as Go's lets any thread accept, so
     * uneven shares are normal.
     */
    @Test
    void threadsThatShareAnEpollInstanceAreAPool() {
        shareUnfairly(() -> wake(thread, FIRST_EPOLL));
        assertEquals(List.of(), headlines());
    }

    @Test
    void threadsThatAcceptAfterAnotherThreadHasWaitedAreAPool() {
        shareUnfairly(() -> wake(99, FIRST_EPOLL));
        assertEquals(List.of(), headlines());
    }

    @Test
    void oneAcceptingThreadAmongThoseThatWaitIsFair() {
        repeat(100, () -> {
            wake(12, FIRST_EPOLL);
            wake(11, FIRST_EPOLL + 1);
            add(connection(PROCESS).thread(11));
        });
        assertEquals(List.of(), headlines());
    }

    /**
     * All four threads wait in accept, and get the first four connections. Then, all but the first are busy with other
     * work.
     */
    @Test
    void threadsThatWaitInAcceptAtTheSameTimeAreWorkers() {
        for (int i = 0; i < THREADS; i++) {
            add(accepted(11 + i, 10 + i, 20 + i));
        }
        for (int i = 0; i < 96; i++) {
            add(accepted(11, 30 + 2 * i, 31 + 2 * i));
        }
        assertEquals(
                List.of("uneven shares of 100 connections on 0.0.0.0:443: nginx[1/11] 97%, nginx[1/12] 1%,"
                        + " nginx[1/13] 1%, nginx[1/14] 1%"),
                headlines());
        assertEquals(Severity.NOTE, finding(Kind.UNFAIR).severity());
        assertEquals(
                "A thread that waits in accept gets a connection only when it is free, so this is no fault unless"
                        + " connections wait.",
                finding(Kind.UNFAIR).remedy());
    }

    /** A thread that has just accepted can get the next connection, too, although the others have waited longer. */
    @Test
    void orderOfWakeUpsDoesNotMatter() {
        for (int i = 0; i < 97; i++) {
            add(accepted(11, 10 + 2 * i, 11 + 2 * i));
        }
        for (int i = 1; i < THREADS; i++) {
            add(accepted(11 + i, 10, 300));
        }
        assertEquals(1, headlines().size());
    }

    /** A thread that has accepted a connection serves it, and lets the next thread accept. Two wait at a time. */
    @Test
    void threadsThatTakeTurnsInAcceptAreAPool() {
        for (int i = 0; i < 100; i++) {
            int thread = i < 97 ? 11 + i % 2 : 13 + i % 2;
            add(accepted(thread, 10 + 10 * i, 25 + 10 * i));
        }
        assertEquals(List.of(), headlines());
    }

    /** Without the entry of a call, it is unknown how long the thread has waited. */
    @Test
    void callsThatBeganBeforeTheTraceProveNothing() {
        for (int i = 0; i < THREADS; i++) {
            add(accepted(11 + i, 0, 20 + i).enterUnseen());
        }
        repeat(96, () -> add(connection(PROCESS).thread(11)));
        assertEquals(List.of(), headlines());
    }

    @ParameterizedTest
    @CsvSource({"7, true", "8, false"})
    void sharesOfThreadsHaveThresholds(int least, boolean isUnfair) {
        for (int i = 0; i < 128; i++) {
            int thread = i < least ? 11 : 12 + i % 3;
            wake(thread, FIRST_EPOLL + thread);
            add(connection(PROCESS).thread(thread));
        }
        assertEquals(isUnfair ? 1 : 0, diagnosis().faults().size(), headlines()::toString);
    }

    @Test
    void rareConnectionsAreOnlyANote() {
        durationNs = 2 * SECOND;
        shareUnfairly(() -> wake(thread, FIRST_EPOLL + thread));
        assertEquals(Severity.NOTE, finding(Kind.UNFAIR).severity());
    }

    @Test
    void exclusiveWakeUpsOfThreadsAreExpectedToBeUneven() {
        facts.watchedEvents = EPOLLEXCLUSIVE | 1;
        shareUnfairly(() -> wake(thread, FIRST_EPOLL + thread));
        assertEquals(List.of(), diagnosis().faults());
        assertTrue(headlines().get(0).startsWith("uneven shares of 100 "), headlines()::toString);
    }

    @Test
    void threadsAndProcessesAreCompared() {
        for (int i = 0; i < 75; i++) {
            int tid = 11 + i % 2;
            wake(tid, FIRST_EPOLL + tid);
            add(connection(PROCESS).thread(tid));
        }
        add(connection(2));
        assertEquals(
                List.of("unfair shares of 76 connections on 0.0.0.0:443: nginx[1/11] 50%, nginx[1/12] 49%, nginx[2]"
                        + " 1%"),
                headlines());
    }

    /** For example, a server starts a new thread for each accept. */
    @Test
    void tooManyThreadsAreAPool() {
        for (int i = 0; i < 100 * ObservedWorker.MAX_THREADS; i++) {
            int tid = 11 + Math.max(0, i - 99 * ObservedWorker.MAX_THREADS);
            wake(tid, FIRST_EPOLL + tid);
            add(connection(PROCESS).thread(tid));
        }
        assertEquals(1, headlines().size());
        add(connection(PROCESS).thread(5000));
        assertEquals(List.of(), headlines());
    }

    @ParameterizedTest
    @CsvSource({"64, 1", "65, 0"})
    void tooManyThreadsInAcceptAreAPool(int threads, int findings) {
        for (int i = 0; i < threads; i++) {
            add(accepted(11 + i, 10, 20));
        }
        repeat(25 * 65, () -> add(accepted(11, 30, 31)));
        assertEquals(findings, headlines().size(), headlines()::toString);
    }

    @Test
    void acceptsByIoUringBelongToNoThread() {
        for (int i = 0; i < 100; i++) {
            add(connection(PROCESS).thread(i < 97 ? 11 : 12).via(Via.IO_URING));
        }
        assertEquals(
                0,
                diagnosis().findings().stream()
                        .filter(finding -> finding.kind() == Kind.UNFAIR)
                        .count());
    }

    @Test
    void sharedSocketDefeatsReusePort() {
        for (int i = 0; i < 100; i++) {
            thread = i < 97 ? 11 : 11 + i - 96;
            wake(thread, FIRST_EPOLL + thread);
            add(connection(PROCESS).thread(thread).options(true, false));
        }
        assertTrue(
                finding(Kind.UNFAIR)
                        .remedy()
                        .contains("SO_REUSEPORT is set, but all 4 workers share one socket, so it has no effect"),
                finding(Kind.UNFAIR).remedy());
    }
}
