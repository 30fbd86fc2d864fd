package accept4trace.diagnose;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests the shares of workers of which some appear or end during a run of ten seconds. */
class UnfairWorkersTest extends Examining {
    private static final long START = 100 * SECOND;
    private static final long END = START + 10 * SECOND;

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
}
