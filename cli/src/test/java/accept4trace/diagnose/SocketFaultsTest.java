package accept4trace.diagnose;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import accept4trace.diagnose.Finding.Kind;
import accept4trace.diagnose.Finding.Severity;
import accept4trace.event.RecordBuilder;
import accept4trace.format.SocketFlags;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests findings about accepted sockets. */
class SocketFaultsTest extends Examining {
    @Test
    void socketsInheritedByOtherPrograms() {
        facts.openFlags = SocketFlags.NONBLOCK;
        add(connection(1).arguments(0, 0, SocketFlags.NONBLOCK));
        assertEquals(
                List.of("no SOCK_CLOEXEC: nginx[1] accepted 1 of 1 connection without it; fcntl set FD_CLOEXEC on 0 of"
                        + " 1 inspected socket"),
                headlines());
        assertFalse(finding(Kind.CLOEXEC).isFault());
        facts.otherPrograms = true;
        add(connection(1).arguments(0, 0, SocketFlags.NONBLOCK));
        assertEquals(Severity.RISK, finding(Kind.CLOEXEC).severity());
    }

    @Test
    void socketsFixedByFcntl() {
        facts.otherPrograms = true;
        add(connection(1).arguments(0, 0, SocketFlags.NONBLOCK));
        Finding finding = finding(Kind.CLOEXEC);
        assertFalse(finding.isFault());
        assertTrue(finding.headline().endsWith("fcntl set FD_CLOEXEC on 1 of 1 inspected socket"));
    }

    @Test
    void socketsClosedBeforeTheirInspection() {
        facts.openFlags = -1;
        facts.otherPrograms = true;
        add(connection(1).arguments(0, 0, SocketFlags.NONBLOCK));
        assertFalse(finding(Kind.CLOEXEC).isFault());
        assertTrue(finding(Kind.CLOEXEC).headline().contains("none stayed open long enough"));
    }

    /** Files are unreadable, as they are without CAP_SYS_PTRACE. */
    @Test
    void unreadableSocketsAreNotReportedAsClosed() {
        facts.openFlags = -1;
        facts.readable = false;
        add(connection(1).arguments(0, 0, SocketFlags.NONBLOCK));
        Finding finding = finding(Kind.CLOEXEC);
        assertTrue(
                finding.headline().endsWith("whether fcntl sets FD_CLOEXEC is unknown: its open files are unreadable"));
        assertEquals("It is unknown whether it runs other programs, which would inherit them.", finding.remedy());
    }

    /** As long as the thread is running, it may still set the flag, so the flag is checked again later. */
    @Test
    void socketIsInspectedUntilItsThreadHasMovedOn() {
        facts.asleep = false;
        facts.openFlags = 0;
        RecordBuilder accepted = connection(1).arguments(0, 0, SocketFlags.NONBLOCK);
        add(accepted);
        long returnedNs = accepted.decode().span().exitNs();
        assertEquals(0, finding(Kind.CLOEXEC).numbers().get("not_set"));
        assertEquals(20 * MILLI, examination.remainingNs(returnedNs));
        examination.inspect(returnedNs + 199 * MILLI);
        assertEquals(0, finding(Kind.CLOEXEC).numbers().get("not_set"));
        examination.inspect(returnedNs + 200 * MILLI);
        assertEquals(1, finding(Kind.CLOEXEC).numbers().get("not_set"));
    }

    /** A program may start long after the accept, and end soon, as a CGI script does, so the search is repeated. */
    @Test
    void otherProgramsAreSearchedUntilOneIsFound() {
        facts.openFlags = SocketFlags.NONBLOCK;
        RecordBuilder accepted = connection(1).arguments(0, 0, SocketFlags.NONBLOCK);
        add(accepted);
        long returnedNs = accepted.decode().span().exitNs();
        assertEquals(200 * MILLI, examination.remainingNs(returnedNs));
        examination.inspect(returnedNs + 200 * MILLI);
        assertEquals(200 * MILLI, examination.remainingNs(returnedNs + 200 * MILLI));
        assertFalse(finding(Kind.CLOEXEC).isFault());
        facts.otherPrograms = true;
        examination.inspect(returnedNs + 300 * MILLI);
        assertFalse(finding(Kind.CLOEXEC).isFault());
        examination.inspect(returnedNs + 400 * MILLI);
        assertEquals(Long.MAX_VALUE, examination.remainingNs(returnedNs + 400 * MILLI));
        facts.otherPrograms = false;
        assertEquals(Severity.RISK, finding(Kind.CLOEXEC).severity());
    }

    @Test
    void otherProgramsAreSearchedAtTheEnd() {
        facts.openFlags = SocketFlags.NONBLOCK;
        RecordBuilder accepted = connection(1).arguments(0, 0, SocketFlags.NONBLOCK);
        add(accepted);
        facts.otherPrograms = true;
        examination.inspectLast(accepted.decode().span().exitNs() + MILLI);
        assertEquals(Severity.RISK, finding(Kind.CLOEXEC).severity());
    }

    /** The process id may already belong to another process, whose children must not count. */
    @Test
    void endedProcessesAreNotSearched() {
        facts.openFlags = SocketFlags.NONBLOCK;
        RecordBuilder accepted = connection(1).arguments(0, 0, SocketFlags.NONBLOCK);
        add(accepted);
        facts.running = false;
        facts.otherPrograms = true;
        examination.inspect(accepted.decode().span().exitNs() + 200 * MILLI);
        assertFalse(finding(Kind.CLOEXEC).isFault());
        assertEquals(Long.MAX_VALUE, examination.remainingNs(0));
    }

    @ParameterizedTest
    @CsvSource({"true, 1, 0, true", "true, 0, 0, false", "true, -1, 0, false", "false, 0, 0, false", "true, 1, 0x800, "
    })
    void blockingSocketsInALoop(boolean oneThread, int watched, String laterFlags, Boolean isFault) {
        facts.oneThread = oneThread;
        facts.watchedEvents = watched;
        facts.openFlags = SocketFlags.CLOEXEC | Integer.decode(laterFlags);
        wake(1);
        inspectLater(connection(1).arguments(0, 0, SocketFlags.CLOEXEC));
        List<Finding> findings = diagnosis().findings();
        assertEquals(isFault == null ? 0 : 1, findings.size());
        findings.forEach(finding -> assertEquals(isFault, finding.isFault()));
    }

    private void inspectLater(RecordBuilder accepted) {
        add(accepted);
        examination.inspect(accepted.decode().span().exitNs() + 200 * MILLI);
    }

    /**
     * In Apache, a worker thread sets the flag while the thread that has accepted the socket is asleep again. So the
     * sleep of that thread does not mean that nobody will set the flag.
     */
    @Test
    void anotherThreadCanSetTheFlag() {
        facts.oneThread = false;
        facts.openFlags = SocketFlags.CLOEXEC;
        RecordBuilder accepted = connection(1).arguments(0, 0, SocketFlags.CLOEXEC);
        wake(1);
        add(accepted);
        facts.openFlags = SocketFlags.CLOEXEC | SocketFlags.NONBLOCK;
        examination.inspect(accepted.decode().span().exitNs() + 20 * MILLI);
        assertEquals(List.of(), headlines());
    }

    /**
     * The flags were read just before a program set O_NONBLOCK and added the socket to its epoll instance, so they do
     * not prove that the program watches a blocking socket.
     */
    @Test
    void socketThatStopsBlockingBeforeItIsWatchedIsNotAFault() {
        facts.openFlags = SocketFlags.CLOEXEC;
        wake(1);
        facts.beforeWatched = () -> facts.openFlags = SocketFlags.CLOEXEC | SocketFlags.NONBLOCK;
        inspectLater(connection(1).arguments(0, 0, SocketFlags.CLOEXEC));
        assertFalse(finding(Kind.BLOCKING).isFault());
    }

    /** A thread that only waits in accept serves its connections in turn, or hands them over, so they may block. */
    @Test
    void blockingSocketsWithoutALoopAreNotAFault() {
        facts.openFlags = SocketFlags.CLOEXEC;
        add(connection(1).arguments(0, 0, SocketFlags.CLOEXEC));
        assertEquals(List.of(), headlines());
    }

    @ParameterizedTest
    @CsvSource({"4, 0, false", "5, 495, true", "5, 496, false"})
    void resetConnections(int resets, int others, boolean found) {
        repeat(resets, () -> add(connection(1).reset().waited(MILLI)));
        repeat(others, () -> add(connection(1).waited(MILLI)));
        assertEquals(
                found
                        ? List.of(
                                "connections reset before accept on 0.0.0.0:443: 5 of 500 connections (1%); waits p50 1.0ms,"
                                        + " p99 1.0ms")
                        : List.of(),
                headlines());
    }

    @Test
    void lostConnections() {
        add(call(1).ret(-14).tcpPeer(SERVER, 443, CLIENT, 5000));
        assertEquals(
                List.of("lost connections on 0.0.0.0:443: 1 accept failed after taking a connection off the queue"),
                headlines());
    }
}
