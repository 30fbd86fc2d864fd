package accept4trace.diagnose;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import accept4trace.diagnose.Finding.Kind;
import accept4trace.diagnose.Finding.Severity;
import accept4trace.event.BlockingCall;
import accept4trace.event.Endpoint;
import accept4trace.event.Endpoint.Ip;
import accept4trace.event.Endpoint.Unix;
import accept4trace.event.HeldListener;
import accept4trace.event.KernelSocket;
import accept4trace.event.PeerTask;
import accept4trace.event.Protocol;
import accept4trace.event.RecordBuilder;
import accept4trace.event.ThreadState;
import accept4trace.event.ThreadState.CallSocket;
import accept4trace.event.ThreadState.CurrentCall;
import accept4trace.event.ThreadState.State;
import accept4trace.fake.FakeSnapshots;
import accept4trace.queue.QueueRecords;
import accept4trace.queue.QueueReport;
import accept4trace.queue.QueueSampler;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests findings about process 178, which is a server on 10.0.0.1:8077 or, in some tests, an nginx on port 443. */
class StuckListenersTest extends Examining {
    private static final int SERVER_PID = 178;
    private static final Ip OWN = new Ip(SERVER, 8077, 0);
    private static final Ip SILENT = new Ip(new byte[] {10, 0, 0, 7}, 55510, 0);
    private static final int FD = 5;
    private static final int OTHER_PID = 200;
    /** The listener of {@link QueueRecords#tcp}. */
    private static final long INODE = 8077;

    private static final int EMFILE = -24;
    private static final long NETNS = 4026531840L;

    private final List<ThreadState> threads = new ArrayList<>();

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private void seeTwice(HeldListener... records) {
        FakeSnapshots snapshots = new FakeSnapshots();
        snapshots.records.add(List.of(records));
        long[] now = {0};
        QueueSampler sampler = new QueueSampler(
                snapshots, tgid -> true, QueueRecords.EVERYTHING, why -> {}, Runnable::run, () -> now[0]);
        sampler.tick(0);
        snapshots.records.clear();
        snapshots.records.add(
                List.of(records).stream().map(StuckListenersTest::later).toList());
        snapshots.threads.addAll(threads);
        examination.setQueues(sampler.last());
    }

    /** Returns the same queue as if it were read 10 s later. */
    private static HeldListener later(HeldListener record) {
        return new HeldListener(
                record.socket(),
                record.netns(),
                record.holder(),
                record.lengths(),
                record.longest().stream()
                        .map(connection -> new accept4trace.event.WaitingConnection(
                                connection.socket(),
                                connection.peer(),
                                connection.task(),
                                connection.ageNs() < 0 ? -1 : connection.ageNs() + 10 * SECOND,
                                false,
                                connection.unreadBytes(),
                                connection.isReset()))
                        .toList(),
                record.takenNs() + 10 * SECOND);
    }

    private void thread(int tid, State state, CurrentCall call) {
        thread(SERVER_PID, tid, state, call);
    }

    private void thread(int tgid, int tid, State state, CurrentCall call) {
        threads.add(new ThreadState(tgid, tid, bytes("worker"), state, 12_300_000_000L, null, call));
    }

    /** Adds threads of the server and of another process, both of which wait in calls that explain nothing. */
    private void bothAreAsleep() {
        inCall(BlockingCall.EPOLL_WAIT, null);
        thread(OTHER_PID, OTHER_PID, State.ASLEEP, new CurrentCall(130, null, FD, null));
    }

    /** Returns an accept from a socket on the server's address. */
    private static RecordBuilder accept(int process, long inode) {
        return new RecordBuilder()
                .by(process, process)
                .tcpListener(SERVER, 8077)
                .listenerInode(inode)
                .surroundings((int) NETNS, 0)
                .arguments(0, 0, BOTH_FLAGS);
    }

    private static RecordBuilder accepted(int process, long inode) {
        return accept(process, inode).ret(9).tcpPeer(SERVER, 8077, CLIENT, 5000);
    }

    private void inCall(BlockingCall call, CallSocket socket) {
        thread(SERVER_PID, State.ASLEEP, new CurrentCall(45, call, FD, socket));
    }

    private static CallSocket connection(Endpoint local, Endpoint remote, long received) {
        return new CallSocket(new KernelSocket(9, new Protocol(2, 1, 6, ""), 1, local, remote, 0), received, null);
    }

    private Finding stuck() {
        seeTwice(QueueRecords.tcp(8077, SERVER_PID, 2.1, 2));
        return finding(Kind.STUCK);
    }

    private String sentence() {
        String headline = stuck().headline();
        String start = "stuck on 10.0.0.1:8077: ";
        String end = "; 2 connections wait, the oldest 12.1 s";
        assertTrue(headline.startsWith(start) && headline.endsWith(end), headline);
        return headline.substring(start.length(), headline.length() - end.length());
    }

    @Test
    void silentClientBlocksAllOthers() {
        inCall(BlockingCall.RECVFROM, connection(OWN, SILENT, 0));
        Finding stuck = stuck();
        assertEquals(
                "stuck on 10.0.0.1:8077: server[178] has been in recvfrom(5) for 12.3 s: 10.0.0.7:55510 was accepted"
                        + " and has sent nothing; 2 connections wait behind it, the oldest 12.1 s",
                stuck.headline());
        assertEquals(Severity.FAILURE, stuck.severity());
        assertEquals(List.of(SERVER_PID), stuck.processes());
        assertEquals("", examination.diagnosis(10 * SECOND, null, "no call").silence());
        assertTrue(stuck.remedy().startsWith("One client can block all others"), stuck.remedy());
        assertEquals(
                Map.ofEntries(
                        Map.entry("waiting", 2L),
                        Map.entry("queue_max", 4L),
                        Map.entry("oldest_ns", 12_100_000_000L),
                        Map.entry("not_accepted_at_least_ns", 12_100_000_000L),
                        Map.entry("tid", 178L),
                        Map.entry("off_cpu_ns", 12_300_000_000L),
                        Map.entry("syscall", 45L),
                        Map.entry("fd", 5L),
                        Map.entry("bytes_received", 0L)),
                stuck.numbers());
    }

    @Test
    void clientThatSendsTooLittleOrReadsNothing() {
        inCall(BlockingCall.READ, connection(OWN, SILENT, 12));
        assertTrue(stuck().headline().contains(": 10.0.0.7:55510 was accepted and has sent only 12 bytes; 2 "));
        threads.clear();
        inCall(BlockingCall.SENDTO, connection(OWN, SILENT, 12));
        assertTrue(stuck().headline().contains(": 10.0.0.7:55510 was accepted and reads nothing; 2 "));
    }

    @Test
    void connectionToAnotherServer() {
        inCall(BlockingCall.RECVFROM, connection(new Ip(SERVER, 40000, 0), new Ip(CLIENT, 5432, 0), 7));
        assertEquals(
                "server[178] has been in recvfrom(5) for 12.3 s: it waits for 10.0.0.9:5432, to which it has connected",
                sentence());
    }

    @Test
    void otherEndOfAUnixConnection() {
        KernelSocket socket =
                new KernelSocket(9, new Protocol(1, 1, 0, "UNIX"), 1, new Unix(new byte[0]), new Unix(new byte[0]), 0);
        inCall(BlockingCall.RECVMSG, new CallSocket(socket, -1, new PeerTask(77, 0, bytes("curl"))));
        assertEquals("server[178] has been in recvmsg(5) for 12.3 s: at the other end is curl[77]", sentence());
    }

    @Test
    void stoppedServer() {
        thread(SERVER_PID, State.STOPPED, null);
        assertEquals("server[178] has been stopped for 12.3 s", sentence());
        assertEquals(
                "kill -CONT 178 continues it, unless a debugger has stopped it.",
                finding(Kind.STUCK).remedy());
    }

    @Test
    void lock() {
        inCall(BlockingCall.FUTEX, null);
        assertEquals("server[178] has been in futex for 12.3 s: it waits for another thread or process", sentence());
    }

    @Test
    void device() {
        thread(SERVER_PID, State.DISK, new CurrentCall(74, BlockingCall.FSYNC, FD, null));
        assertEquals(
                "server[178] has been in fsync(5) for 12.3 s: it waits for a device and cannot be interrupted (D)",
                sentence());
    }

    @ParameterizedTest
    @CsvSource({
        "0, : its epoll set does not contain the listener",
        "-1, ''",
        "0x40000000, ': its epoll set has the listener, but not for EPOLLIN'",
        "0x80000001, ': its epoll set has the listener with EPOLLET, which does not report connections that it left"
                + " waiting'",
        "1, ''"
    })
    void epollSet(String events, String reason) {
        facts.watchedEvents = Long.decode(events).intValue();
        inCall(BlockingCall.EPOLL_WAIT, null);
        assertEquals("server[178] has been in epoll_wait(5) for 12.3 s" + reason, sentence());
    }

    @Test
    void unknownPartsAreOmitted() {
        assertEquals("nothing has been accepted for at least 10.0 s", sentence());
        threads.add(new ThreadState(SERVER_PID, SERVER_PID, bytes("server"), State.ASLEEP, -1, null, null));
        assertEquals("server[178] is asleep", sentence());
        threads.clear();
        thread(SERVER_PID, State.ASLEEP, new CurrentCall(999, null, FD, null));
        assertEquals("server[178] has been in system call 999 for 12.3 s", sentence());
        threads.clear();
        facts.readable = false;
        facts.watchedEvents = 0;
        inCall(BlockingCall.EPOLL_WAIT, null);
        assertEquals("server[178] has been in epoll_wait(5) for 12.3 s", sentence());
        threads.clear();
        thread(SERVER_PID, State.RUNNING, null);
        assertEquals("server[178] is running, and does not accept", sentence());
    }

    /** The main thread only waits for the other threads, so the thread that waits for the client is named. */
    @Test
    void threadWithTheSilentClientIsNamed() {
        inCall(BlockingCall.FUTEX, null);
        thread(179, State.ASLEEP, new CurrentCall(45, BlockingCall.RECVFROM, FD, connection(OWN, SILENT, 0)));
        assertTrue(stuck().headline()
                .startsWith("stuck on 10.0.0.1:8077: worker[179] of server[178] has been in recvfrom(5)"));
    }

    @Test
    void otherHoldersAreCounted() {
        thread(SERVER_PID, State.STOPPED, null);
        seeTwice(QueueRecords.tcp(8077, SERVER_PID, 2), QueueRecords.tcp(8077, OTHER_PID, 2));
        Finding stuck = finding(Kind.STUCK);
        assertEquals(
                "stuck on 10.0.0.1:8077: server[178] has been stopped for 12.3 s; 1 connection waits, for 12.0 s",
                stuck.headline());
        assertTrue(
                stuck.remedy().endsWith(" 1 other process holds the listener, and did not accept either."),
                stuck.remedy());
    }

    /** As in nginx, each process holds all sockets of an SO_REUSEPORT group, and accepts from one of them. */
    @Test
    void workerOfTheSocketIsNamedRatherThanAHealthySibling() {
        thread(OTHER_PID, OTHER_PID, State.ASLEEP, new CurrentCall(232, BlockingCall.EPOLL_WAIT, FD, null));
        inCall(BlockingCall.FUTEX, null);
        add(accepted(SERVER_PID, INODE));
        add(accepted(OTHER_PID, 701));
        seeTwice(QueueRecords.tcp(8077, SERVER_PID, 2), QueueRecords.tcp(8077, OTHER_PID, 2));
        Finding stuck = finding(Kind.STUCK);
        assertTrue(
                stuck.headline().startsWith("stuck on 10.0.0.1:8077: server[178] has been in futex"), stuck.headline());
        assertTrue(stuck.remedy().endsWith(" 1 other process holds the listener."), stuck.remedy());
    }

    /** For example, a master process or systemd, which never accepts, has been asleep longer than the server. */
    @Test
    void noThreadIsNamedIfSeveralProcessesMayAccept() {
        bothAreAsleep();
        seeTwice(QueueRecords.tcp(8077, SERVER_PID, 2), QueueRecords.tcp(8077, OTHER_PID, 2));
        Finding stuck = finding(Kind.STUCK);
        assertEquals(
                "stuck on 10.0.0.1:8077: nothing has been accepted for at least 12.0 s; 1 connection waits, for 12.0 s",
                stuck.headline());
        assertEquals(
                "It is unknown which process should accept: server[178], server[200] hold the listener. Look at their"
                        + " threads, e.g. with gdb -p.",
                stuck.remedy());
        add(accepted(OTHER_PID, 701));
        assertEquals(stuck, finding(Kind.STUCK));
    }

    @Test
    void ageOfAUnixConnectionIsALowerBound() {
        seeTwice(QueueRecords.unix(50 * SECOND, 1, 2));
        assertTrue(
                finding(Kind.STUCK).headline().endsWith("; 2 connections wait, the oldest at least 10.0 s"),
                headlines()::toString);
        Map<String, Long> numbers = finding(Kind.STUCK).numbers();
        assertEquals(10_000_000_000L, numbers.get("oldest_at_least_ns"));
        assertFalse(numbers.containsKey("oldest_ns"));
    }

    @Test
    void serverWithoutCallsIsCountedWithoutAFinding() {
        seeTwice(QueueRecords.tcp(8077, SERVER_PID));
        assertEquals(List.of(), headlines());
        assertEquals(1, diagnosis().processes());
        assertEquals(List.of("server"), diagnosis().programs());
    }

    /** The process has no descriptor left for the connections that wait, so only the limit on files is a finding. */
    @Test
    void limitOnFilesExplainsTheQueue() {
        add(accept(SERVER_PID, INODE).ret(EMFILE));
        seeTwice(QueueRecords.tcp(8077, SERVER_PID, 2));
        assertEquals(
                List.of(Kind.EMFILE),
                diagnosis().findings().stream().map(Finding::kind).toList());
    }

    @Test
    void earlierLimitOnFilesDoesNotExplainTheQueue() {
        add(accept(SERVER_PID, INODE).ret(EMFILE));
        add(accepted(SERVER_PID, INODE));
        assertEquals(Kind.STUCK, stuck().kind());
    }

    @Test
    void limitOnFilesOfAnotherProcessDoesNotExplainTheQueue() {
        add(accept(OTHER_PID, 701).ret(EMFILE));
        assertEquals(Kind.STUCK, stuck().kind());
    }

    /** For example, nginx stops to watch all of its listeners when an accept from one of them fails. */
    @Test
    void limitOnFilesOfTheProcessExplainsAllOfItsQueues() {
        add(accept(SERVER_PID, 701).ret(EMFILE));
        seeTwice(QueueRecords.tcp(8077, SERVER_PID, 2));
        assertTrue(headlines().stream().noneMatch(line -> line.startsWith("stuck")), headlines()::toString);
        add(accepted(SERVER_PID, 701));
        assertEquals(Kind.STUCK, finding(Kind.STUCK).kind());
    }

    @Test
    void stuckServerExplainsTheFullQueue() {
        repeat(10, () -> add(accepted(SERVER_PID, INODE).waited(500 * MILLI).queue(4, 4)));
        assertEquals(1, diagnosis().faults().size());
        assertEquals(Kind.STUCK, stuck().kind());
        assertEquals(1, diagnosis().faults().size(), headlines()::toString);
    }

    /** For example, two containers listen on the same address. */
    @Test
    void stuckServerExplainsNothingInOtherNetworkNamespaces() {
        repeat(
                10,
                () -> add(accepted(OTHER_PID, 701)
                        .surroundings(1, 0)
                        .waited(500 * MILLI)
                        .queue(4, 4)));
        assertEquals(Kind.STUCK, stuck().kind());
        assertEquals(
                List.of(Kind.STUCK, Kind.SLOW, Kind.FILLING),
                diagnosis().findings().stream().map(Finding::kind).toList());
    }

    @Test
    void shortRunIsNotReportedAsHealthy() {
        FakeSnapshots snapshots = new FakeSnapshots();
        snapshots.records.add(List.of(QueueRecords.tcp(8077, SERVER_PID, 2)));
        QueueSampler sampler =
                new QueueSampler(snapshots, tgid -> true, QueueRecords.EVERYTHING, why -> {}, Runnable::run, () -> 0);
        sampler.tick(0);
        examination.setQueues(sampler.last());
        assertEquals(
                "clients may have waited for a second or longer on 10.0.0.1:8077, but the run was too short to see whether"
                        + " anything is accepted",
                diagnosis().forgotten());
        assertEquals(List.of(), headlines());
    }

    @Test
    void unknownQueuesAreNotAFinding() {
        examination.setQueues(QueueReport.unknown("why"));
        assertEquals(List.of(), headlines());
    }
}
