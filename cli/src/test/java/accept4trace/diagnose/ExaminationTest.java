package accept4trace.diagnose;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import accept4trace.diagnose.Finding.Kind;
import accept4trace.diagnose.Finding.Severity;
import accept4trace.event.EventLayout.Syscall;
import accept4trace.event.EventLayout.Via;
import accept4trace.event.RecordBuilder;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests findings at each threshold and just below it. */
class ExaminationTest extends Examining {
    @Test
    void herdIsReportedByListenerAndWorker() {
        repeat(80, () -> {
            wake(1);
            add(connection(1));
        });
        repeat(20, () -> {
            wake(2);
            add(empty(2));
        });
        Finding herd = finding(Kind.HERD);
        assertEquals(
                "thundering herd on 0.0.0.0:443: 20% of wake-ups found no connection (20 of 100; nginx[2] 100%,"
                        + " nginx[1] 0%)",
                herd.headline());
        assertEquals(List.of(2, 1), herd.processes());
        assertTrue(herd.remedy().contains("use EPOLLEXCLUSIVE, or give each its own listener"), herd.remedy());
        assertEquals(100, diagnosis().wakeUps().all());
        assertEquals(20, diagnosis().wakeUps().empty());
    }

    @Test
    void remedyOfAHerdDependsOnTheListenersOptions() {
        facts.watchedEvents = EPOLLEXCLUSIVE | 1;
        repeat(20, () -> {
            wake(2);
            add(empty(2));
        });
        assertTrue(finding(Kind.HERD).remedy().contains("EPOLLEXCLUSIVE is on"));
        add(empty(2).options(true, false));
        assertTrue(finding(Kind.HERD).remedy().contains("SO_REUSEPORT is on"));
    }

    /** Files are unreadable, as they are without CAP_SYS_PTRACE. */
    @Test
    void epollOptionIsUnknownIfUnreadable() {
        facts.watchedEvents = 0;
        facts.readable = false;
        repeat(20, () -> {
            wake(2);
            add(empty(2));
        });
        assertTrue(finding(Kind.HERD).remedy().contains("unknown whether they use EPOLLEXCLUSIVE"));
        repeat(200, () -> add(connection(1)));
        Finding shares = finding(Kind.UNFAIR);
        assertFalse(shares.isFault());
        assertEquals(
                "It is unknown whether they use EPOLLEXCLUSIVE, which wakes the same worker first.", shares.remedy());
    }

    /** A loop that accepts all connections ends with a failing accept, which is normal. */
    @Test
    void drainingTheQueueIsNotAHerd() {
        repeat(100, () -> {
            wake(1);
            add(connection(1));
            add(empty(1));
        });
        assertEquals(List.of(), headlines());
    }

    @ParameterizedTest
    @CsvSource({"19, 0, false", "20, 0, true", "20, 80, true", "20, 81, false"})
    void herdHasThresholds(int inVain, int found, boolean isHerd) {
        repeat(inVain, () -> {
            wake(1);
            add(empty(1));
        });
        repeat(found, () -> {
            wake(1);
            add(connection(1));
        });
        assertEquals(isHerd ? 1 : 0, diagnosis().faults().size(), headlines()::toString);
    }

    /** Calls without a preceding wait are not wake-ups; many of them count as spinning. */
    @ParameterizedTest
    @CsvSource({"1000, false", "1001, true"})
    void callsWithoutAWakeUpAreNotAHerd(int calls, boolean isSpin) {
        repeat(calls, () -> add(empty(1)));
        assertEquals(
                isSpin
                        ? List.of("spinning accept loop: nginx[1] made 1,000 consecutive accepts without a connection"
                                + " (10,000/s)")
                        : List.of(),
                headlines());
    }

    @ParameterizedTest
    @CsvSource({"10000, WASTE", "10001, NOTE"})
    void wasteIsOnlyANoteIfItIsRare(long durationMillis, Severity severity) {
        durationNs = durationMillis * MILLI;
        repeat(1001, () -> add(empty(1)));
        assertEquals(severity, finding(Kind.SPIN).severity());
    }

    @ParameterizedTest
    @CsvSource({"10000, WASTE", "10001, NOTE"})
    void unevenSharesAreOnlyANoteIfConnectionsAreRare(long durationMillis, Severity severity) {
        durationNs = durationMillis * MILLI;
        repeat(1000, () -> add(connection(1)));
        add(empty(2));
        assertEquals(severity, finding(Kind.UNFAIR).severity());
    }

    @ParameterizedTest
    @CsvSource({"1000, WASTE", "1001, NOTE"})
    void herdIsOnlyANoteIfItIsRare(long durationMillis, Severity severity) {
        durationNs = durationMillis * MILLI;
        repeat(100, () -> {
            wake(1);
            add(empty(1));
        });
        assertEquals(severity, finding(Kind.HERD).severity());
    }

    @Test
    void pauseBetweenCallsIsNotSpinning() {
        repeat(2000, () -> add(empty(1).beganAt(1_001_012_345L).endedAt(1_000_012_345L)));
        assertEquals(List.of(), headlines());
    }

    @Test
    void spinningNeedsAShareOfAllCalls() {
        repeat(1001, () -> add(empty(1)));
        repeat(3999, () -> add(connection(1)));
        assertEquals(1, headlines().size());
        add(connection(1));
        assertEquals(List.of(), headlines());
    }

    @Test
    void waitOrConnectionBetweenCallsIsNotSpinning() {
        repeat(2000, () -> {
            add(empty(1));
            add(connection(1));
            add(empty(1));
            wake(1);
            add(connection(1));
        });
        assertEquals(List.of(), headlines());
    }

    @ParameterizedTest
    @CsvSource({"382, 511, false", "384, 511, true", "3, 4, true", "2, 4, false"})
    void queueIsFilling(int waiting, int limit, boolean isFilling) {
        add(connection(1).queue(waiting, limit).waited(2 * MILLI));
        assertEquals(
                isFilling
                        ? List.of("accept queue of 0.0.0.0:443 is filling: " + waiting + " of " + limit
                                + " waited; waits p50 2.0ms, p99 2.0ms")
                        : List.of(),
                headlines());
        assertEquals(List.of(), diagnosis().faults());
    }

    @Test
    void fullQueueIsAFaultAndItsLimitIsNamed() {
        facts.overflows = 9;
        add(connection(1).queue(4096, 4096).somaxconn(4096).drops(7));
        add(connection(1).queue(4095, 4096).somaxconn(4096).drops(8));
        Finding queue = finding(Kind.REFUSED);
        assertEquals(
                "accept queue of 0.0.0.0:443 was full and refused at most 1 attempt: 4,096 of 4,096 waited",
                queue.headline());
        assertEquals(Severity.FAILURE, queue.severity());
        assertTrue(queue.remedy().contains("The limit is net.core.somaxconn"), queue.remedy());
    }

    @Test
    void theSmallerOfTwoCountersBoundsTheRefusals() {
        facts.overflows = 2;
        add(connection(1).queue(5, 5).drops(0));
        add(connection(1).queue(4, 5).drops(20));
        assertEquals(
                List.of("accept queue of 0.0.0.0:443 was full and refused at most 2 attempts: 5 of 5 waited"),
                headlines());
    }

    /**
     * Neither counter is enough: {@code drops} also counts the ACK of each handshake if the listener has
     * TCP_DEFER_ACCEPT, and {@code overflows} also counts refusals by other listeners of the network namespace.
     */
    @ParameterizedTest
    @CsvSource({"1, 511, 20, 5", "5, 5, 20, 0", "5, 5, 20, -1", "5, 5, 0, 5"})
    void refusalsNeedAFullQueueAndBothCounters(int waiting, int limit, int drops, long overflows) {
        facts.overflows = overflows;
        add(connection(1).queue(waiting, limit).drops(0));
        add(connection(1).queue(waiting, limit).drops(drops));
        assertEquals(List.of(), diagnosis().faults());
        assertEquals(waiting == limit ? 1 : 0, diagnosis().notes().size());
    }

    @Test
    void limitSetByTheServer() {
        add(connection(1).queue(5, 5).somaxconn(4096));
        assertEquals(
                "The limit is the backlog that the server passed to listen(), unless net.core.somaxconn, now 4,096, was"
                        + " lower at that time. Raise the backlog (nginx: listen ... backlog=), or accept faster.",
                finding(Kind.FILLING).remedy());
    }

    @Test
    void somaxconnWasLoweredAfterListen() {
        add(connection(1).queue(511, 511).somaxconn(128));
        assertEquals(
                "net.core.somaxconn of the listener's network namespace is now 128, lower than this limit, and would reduce the"
                        + " backlog of a new listen(). Raise it first, then the backlog passed to listen() (nginx: listen ... backlog=), or accept faster.",
                finding(Kind.FILLING).remedy());
    }

    @Test
    void optionOfAnyWorkerIsNamed() {
        add(connection(1).processComm("helper").queue(5, 5).somaxconn(4096));
        add(connection(2).queue(5, 5).somaxconn(4096));
        assertTrue(finding(Kind.FILLING).remedy().contains("(nginx: listen ... backlog=)"));
    }

    @Test
    void optionsOfUnknownServersAreNotNamed() {
        add(connection(1).processComm("server").queue(5, 5).somaxconn(4096));
        assertTrue(finding(Kind.FILLING).remedy().endsWith(" Raise the backlog, or accept faster."));
    }

    @Test
    void unknownLimitIsNotMentioned() {
        add(connection(1).queue(5, 5));
        assertTrue(finding(Kind.FILLING).remedy().startsWith("Accept faster, or raise"));
    }

    @Test
    void namesTheLimitsOfFiles() {
        durationNs = 10 * SECOND;
        add(connection(1));
        repeat(2, () -> add(call(1).ret(-24)));
        add(call(2).ret(-24));
        add(call(3).ret(-23));
        assertEquals(
                List.of(
                        "EMFILE: nginx[1], nginx[2] reached the limit of 1,024 open files: 3 of 4 accepts failed"
                                + " (0.3/s)",
                        "ENFILE: nginx[3] reached the machine's limit of 100,000 open files: 1 of 1 accept failed"
                                + " (0.1/s)"),
                headlines());
    }

    @ParameterizedTest
    @ValueSource(longs = {1024, ServerFacts.UNKNOWN})
    void eachLimitOfFilesIsReadOnce(long openFileLimit) {
        facts.openFileLimit = openFileLimit;
        repeat(100, () -> add(call(1).ret(-24)));
        assertEquals(1, facts.limitReads);
        for (int process = 1; process <= 100; process++) {
            add(call(process).ret(-23));
        }
        assertEquals(2, facts.limitReads);
    }

    @ParameterizedTest
    @CsvSource({"43, 7, false", "44, 6, true", "24, 0, false"})
    void unfairWorkersHaveThresholds(int first, int second, boolean isUnfair) {
        repeat(first, () -> add(connection(1)));
        repeat(second, () -> add(connection(2)));
        assertEquals(
                isUnfair
                        ? List.of("unfair shares of 50 connections on 0.0.0.0:443: nginx[1] 88%, nginx[2] 12%")
                        : List.of(),
                headlines());
    }

    @ParameterizedTest
    @CsvSource({
        "700, 'SO_REUSEPORT is set, but all 2 workers share one socket, so it has no effect'",
        "701, SO_REUSEPORT distributes connections by address and port"
    })
    void remedyOfUnfairSharesDependsOnTheSockets(long inode, String remedy) {
        repeat(44, () -> add(connection(1).options(true, false)));
        repeat(6, () -> add(connection(2).options(true, false).listenerInode(inode)));
        assertTrue(
                finding(Kind.UNFAIR).remedy().contains(remedy),
                finding(Kind.UNFAIR).remedy());
    }

    @Test
    void oneBusyWorkerAmongManyIsUnfair() {
        for (int worker = 2; worker <= 16; worker++) {
            int other = worker;
            repeat(20, () -> add(connection(other)));
        }
        repeat(101, () -> add(connection(1)));
        assertTrue(finding(Kind.UNFAIR).headline().contains("nginx[1] 25%"));
        assertEquals(Severity.WASTE, finding(Kind.UNFAIR).severity());
    }

    @Test
    void exclusiveWakeUpsAreExpectedToBeUneven() {
        facts.watchedEvents = EPOLLEXCLUSIVE | 1;
        wake(1);
        repeat(59, () -> add(connection(1)));
        add(connection(2));
        assertEquals(List.of(), diagnosis().faults());
        assertEquals(List.of("uneven shares of 60 connections on 0.0.0.0:443: nginx[1] 98%, nginx[2] 2%"), headlines());
    }

    private static RecordBuilder late(long waitNs) {
        return connection(1).acceptedAt(1_000_010_000L).waited(waitNs);
    }

    @ParameterizedTest
    @CsvSource({"100, 4, 0, false", "100, 5, 95, true", "100, 5, 96, false", "99, 5, 0, false"})
    void slowLoopHasThresholds(long waitMs, int slow, int quick, boolean isSlow) {
        repeat(slow, () -> add(late(waitMs * MILLI)));
        repeat(quick, () -> add(late(1000)));
        assertEquals(isSlow ? 1 : 0, diagnosis().faults().size(), headlines()::toString);
    }

    @Test
    void remedyOfASlowLoopDependsOnWhetherItWasBusy() {
        repeat(5, () -> add(late(200 * MILLI)));
        assertEquals(
                "slow accept loop on 0.0.0.0:443: 100% of connections waited 100ms or longer (p50 200ms, p99 200ms)",
                finding(Kind.SLOW).headline());
        assertTrue(finding(Kind.SLOW).remedy().contains("move slow work out of that thread"));
        repeat(6, () -> add(late(200 * MILLI).beganAt(0)));
        assertTrue(finding(Kind.SLOW).remedy().contains("the processors are busy"));
    }

    @Test
    void queueThatRefusesConnectionsIsTheOnlyFinding() {
        facts.overflows = 1;
        add(late(200 * MILLI).queue(5, 5).drops(0));
        repeat(5, () -> add(late(200 * MILLI).queue(5, 5).drops(1)));
        assertEquals(1, headlines().size());
        finding(Kind.REFUSED);
    }

    @Test
    void queueIsFillingBecauseTheLoopIsSlow() {
        repeat(5, () -> add(late(200 * MILLI).queue(5, 5)));
        assertEquals(
                List.of(Kind.SLOW, Kind.FILLING),
                diagnosis().findings().stream().map(Finding::kind).toList());
    }

    @Test
    void ioUringIsANote() {
        add(connection(1).syscall(Syscall.ACCEPT));
        add(connection(1).via(Via.IO_URING));
        List<Finding> notes = diagnosis().notes();
        assertEquals(
                List.of("io_uring: nginx[1] accepted 1 of 2 connections with it"),
                notes.stream()
                        .filter(note -> note.kind() != Kind.CLOEXEC)
                        .map(Finding::headline)
                        .toList());
        assertEquals(List.of(), diagnosis().faults());
    }

    @Test
    void worstFindingComesFirst() {
        facts.openFlags = 0;
        facts.otherPrograms = true;
        add(connection(1).syscall(Syscall.ACCEPT));
        repeat(20, () -> {
            wake(1);
            add(empty(1));
        });
        add(connection(1).queue(5, 5).arguments(0, 0, 0));
        add(call(1).ret(-24));
        assertEquals(
                List.of(Kind.EMFILE, Kind.BLOCKING, Kind.HERD, Kind.CLOEXEC, Kind.FILLING),
                diagnosis().findings().stream().map(Finding::kind).toList());
    }

    @Test
    void programNamesAreEscaped() {
        add(new RecordBuilder().by(1, 1).processComm("ev\u001bil").ret(EAGAIN));
        assertEquals(List.of("ev\\33il"), diagnosis().programs());
        assertEquals(1, diagnosis().processes());
    }
}
