package accept4trace.diagnose;

import static accept4trace.event.SampleLosses.losses;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import accept4trace.diagnose.Finding.Kind;
import accept4trace.event.BlockingCall;
import accept4trace.event.Coverage;
import accept4trace.event.FamilyCoverage;
import accept4trace.event.HeldListener;
import accept4trace.event.Losses;
import accept4trace.event.Losses.Uncounted;
import accept4trace.event.RecordBuilder;
import accept4trace.event.ThreadState;
import accept4trace.event.ThreadState.CallSocket;
import accept4trace.event.ThreadState.CurrentCall;
import accept4trace.event.ThreadState.State;
import accept4trace.fake.FakeSnapshots;
import accept4trace.format.SampleCalls;
import accept4trace.queue.QueueRecords;
import accept4trace.queue.QueueSampler;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests what a diagnosis cannot rule out. The server is process 178, which listens on port 8077. */
class UnexaminedTest extends Examining {
    private static final int SERVER_PID = 178;
    private static final int PORT = 8077;
    private static final FamilyCoverage NO_SYNS = new FamilyCoverage(Coverage.SOME, Coverage.NONE);
    private static final String ALL_KINDS =
            "stuck, emfile, enfile, lost, refused, closed, filling, slow, reset, blocking, herd, spin, unfair,"
                    + " late-handshake, turned-away, cloexec, io_uring";
    private static final String NO_QUEUE = "stuck: how long connections wait on 10.0.0.1:8077 is unknown";
    private static final String NO_LENGTH = "filling: the length of the accept queue of 10.0.0.1:8077 is unknown";

    private final FakeSnapshots snapshots = new FakeSnapshots();
    private FamilyCoverage refusals = FamilyCoverage.ALL;
    private FamilyCoverage closings = FamilyCoverage.ALL;
    private boolean seesAll = true;
    private Losses losses = Losses.NONE;

    @BeforeEach
    void everythingIsSeen() {
        examination.setRefusals(FamilyCoverage.ALL);
    }

    private Visibility visibility() {
        return new Visibility(refusals, closings, seesAll, seesAll, losses);
    }

    /** Returns e.g. "stuck, refused: the queue is unknown". */
    private List<String> undecided() {
        return examination.undecided(visibility()).stream()
                .map(cause -> (cause.byHooks() ? "hooks: " : "")
                        + String.join(
                                ", ", cause.kinds().stream().map(Kind::word).toList()) + ": " + cause.why())
                .toList();
    }

    /** Sets which refused connections the hooks show. */
    private void showRefusals(FamilyCoverage shown) {
        refusals = shown;
        examination.setRefusals(shown);
    }

    private List<String> hints(Function<Undecided, String> kind) {
        return examination.undecided(visibility()).stream().map(kind).toList();
    }

    private static RecordBuilder known() {
        return connection(1).waited(MILLI).synacks(0, 0);
    }

    /** Adds a connection to an AF_UNIX listener. */
    private void acceptUnix() {
        add(SampleCalls.unix("/run/app.sock\0".getBytes(StandardCharsets.UTF_8), new byte[0])
                .listenerInode(701)
                .waited(MILLI));
    }

    private void watch(HeldListener listener) {
        snapshots.records.add(List.of(listener));
        QueueSampler sampler = new QueueSampler(
                snapshots, tgid -> true, QueueRecords.EVERYTHING, why -> {}, Runnable::run, new Seconds()::next);
        examination.setQueues(sampler.last());
    }

    /** A clock that advances by ten seconds at each reading, so that the run is never too short. */
    private static final class Seconds {
        private long now;

        long next() {
            now += 10 * SECOND;
            return now;
        }
    }

    private void thread(State state, BlockingCall call, CallSocket socket) {
        snapshots.threads.add(new ThreadState(
                SERVER_PID, SERVER_PID, new byte[0], state, SECOND, null, new CurrentCall(0, call, 5, socket)));
    }

    @Test
    void everythingIsExamined() {
        add(known());
        acceptUnix();
        watch(QueueRecords.tcp(PORT, SERVER_PID));
        assertEquals(List.of(), undecided());
    }

    @Test
    void missingServerIsNotHealthy() {
        assertEquals(List.of(ALL_KINDS + ": there was no call, and there is no listener"), undecided());
    }

    @Test
    void hooksThatDoNotShowEveryAccept() {
        seesAll = false;
        add(known());
        assertEquals(
                List.of(
                        "hooks: lost: these hooks do not show lost connections",
                        "hooks: io_uring: these hooks do not show accepts by io_uring"),
                undecided());
    }

    /** If the counter of all refusals has not grown, nobody was refused. */
    @ParameterizedTest
    @CsvSource({"0, ,", "1, 'hooks: ', has grown", "-1, '', is unknown"})
    void refusedClientsThatAreNotSeen(long overflows, String byHooks, String counter) {
        facts.overflows = overflows;
        showRefusals(NO_SYNS);
        add(known());
        assertEquals(
                counter == null
                        ? List.of()
                        : List.of(byHooks + "refused: not all refused connections are seen on 0.0.0.0:443, and"
                                + " ListenOverflows of the network namespace " + counter),
                undecided());
    }

    /** The listener itself may have refused the clients that the counter shows. */
    @ParameterizedTest
    @CsvSource({"0, 3, true", "0, 4, false", "1, 0, false"})
    void refusalsOfASuspiciousListener(int drops, int waiting, boolean byHooks) {
        facts.overflows = 1;
        showRefusals(NO_SYNS);
        add(known().drops(0));
        add(known().queue(waiting, 5).drops(drops));
        assertEquals(
                List.of((byHooks ? "hooks: " : "")
                        + "refused: not all refused connections are seen on 0.0.0.0:443, and ListenOverflows of the"
                        + " network namespace has grown"),
                undecided());
    }

    @Test
    void refusedUnixClientsThatAreNotSeen() {
        showRefusals(new FamilyCoverage(Coverage.ALL, Coverage.NONE));
        acceptUnix();
        assertEquals(
                List.of("hooks: refused: not all refused connections are seen on UNIX 701,\"/run/app.sock\""),
                undecided());
        assertTrue(hints(Undecided::hint).get(0).startsWith("--check shows"));
    }

    private void lose(long events, long skipped, Uncounted uncounted) {
        losses = losses(events, 0, 0, 0, 0, 0, skipped).with(uncounted);
        examination.setRefusals(FamilyCoverage.ALL.withLosses(losses));
    }

    private void assertLastHints(String live, String recorded) {
        List<Undecided> causes = examination.undecided(visibility());
        Undecided last = causes.get(causes.size() - 1);
        assertEquals(live, last.hint());
        assertEquals(recorded, last.recordedHint());
    }

    /** The hooks show them, so --check would not help. */
    @ParameterizedTest
    @CsvSource({
        "1, 0, 0, a larger --buffer holds longer bursts, record it with a larger --buffer",
        "0, 1, 0, run it again: the kernel skipped BPF programs, record it again: the kernel skipped BPF programs",
        "0, 0, 1, run it again: the listener of some refused clients or its holder is unknown,"
                + " record it again: the listener of some refused clients or its holder is unknown"
    })
    void refusedClientsThatAreMissedAlthoughTheHooksShowThem(
            long events, long skipped, long uncounted, String live, String recorded) {
        facts.overflows = 1;
        add(known());
        acceptUnix();
        lose(events, skipped, new Uncounted(uncounted, 0, 0));
        assertTrue(
                undecided()
                        .contains("refused: not all refused connections are seen on 0.0.0.0:443, and"
                                + " ListenOverflows of the network namespace has grown"),
                () -> undecided().toString());
        assertLastHints(live, recorded);
        lose(events, skipped, new Uncounted(0, 0, uncounted));
        assertTrue(
                undecided().contains("refused: not all refused connections are seen on UNIX 701,\"/run/app.sock\""),
                () -> undecided().toString());
        assertLastHints(live, recorded);
    }

    /** The listener with the refused packets has a finding, and the others have refused nobody. */
    @Test
    void uncountedAttemptsHideNoRefusingListener() {
        facts.overflows = 1;
        add(known());
        lose(0, 0, new Uncounted(0, 1, 0));
        assertEquals(List.of(), undecided());
    }

    /** If the counter of all refusals has not grown, nobody was refused. */
    @Test
    void noRefusalWasMissedWithoutAnOverflow() {
        add(known());
        lose(0, 1, new Uncounted(0, 0, 0));
        assertEquals(List.of(), undecided());
    }

    /** These findings are not about other families, so nothing is missing. */
    @Test
    void otherFamiliesHaveNoRefusals() {
        closings = FamilyCoverage.NONE;
        showRefusals(FamilyCoverage.NONE);
        add(new RecordBuilder().vsock(2, 1234, 3, 5678).ret(9).waited(MILLI));
        assertEquals(List.of(), undecided());
    }

    /** The listener made no call, so only the snapshot shows it. */
    @Test
    void refusedClientsOfASilentListener() {
        showRefusals(FamilyCoverage.NONE);
        facts.overflows = 1;
        watch(QueueRecords.tcp(PORT, SERVER_PID));
        assertEquals(
                List.of("hooks: refused: not all refused connections are seen on 10.0.0.1:8077, and ListenOverflows of"
                        + " the network namespace has grown"),
                undecided());
    }

    @Test
    void closedListenersThatAreNotSeen() {
        closings = new FamilyCoverage(Coverage.ALL, Coverage.NONE);
        add(known());
        acceptUnix();
        assertEquals(
                List.of("hooks: closed: these hooks do not show when UNIX 701,\"/run/app.sock\" is closed"),
                undecided());
    }

    @Test
    void lostEventsCanHideFindings() {
        losses = losses(3, 0, 2);
        add(known());
        assertEquals(
                List.of(
                        "emfile, enfile, lost, closed, slow, io_uring: 3 events were lost",
                        ALL_KINDS + ": 2 child processes were not followed"),
                undecided());
    }

    /** The counts are in the order of {@link Losses.Skipped}. */
    @ParameterizedTest
    @CsvSource({
        "3, 0, 0, 0, 'emfile, enfile, lost, slow, io_uring: at most 3 calls are missing'",
        "0, 1, 0, 0, '" + ALL_KINDS + ": at most 1 child process was not followed'",
        "0, 0, 2, 0, 'closed: at most 2 closed listeners are missing'",
        "0, 0, 0, 1, 'turned-away: at most 1 client turned away is not counted'"
    })
    void skippedProgramsCanHideFindings(long calls, long children, long closings, long turnedAway, String cause) {
        losses = losses(0, 0, 0, calls, children, 0, 0, closings, turnedAway);
        add(known());
        assertEquals(List.of(cause), undecided());
        assertEquals(List.of("run it again: the kernel skipped BPF programs"), hints(Undecided::hint));
        assertEquals(List.of("record it again: the kernel skipped BPF programs"), hints(Undecided::recordedHint));
    }

    @Test
    void unknownTimes() {
        add(known());
        add(connection(1));
        assertEquals(
                List.of(
                        "hooks: slow: most waits on 0.0.0.0:443 are unknown",
                        "hooks: late-handshake: most handshakes on 0.0.0.0:443 are unknown"),
                undecided());
        add(known());
        assertEquals(List.of(), undecided());
    }

    @Test
    void unreadableFiles() {
        facts.readable = false;
        facts.openFlags = -1;
        wake(1);
        add(known().arguments(0, 0, 0));
        assertEquals(
                List.of(
                        "cloexec: the open files of nginx[1] are unreadable",
                        "blocking: the open files of nginx[1] are unreadable"),
                undecided());
    }

    @Test
    void queueOfUnknownLengthIsNotHealthy() {
        watch(QueueRecords.withoutQueue(PORT, SERVER_PID));
        assertEquals(List.of(NO_QUEUE, NO_LENGTH), undecided());
        assertEquals(
                "how long connections wait on 10.0.0.1:8077 is unknown",
                diagnosis().forgotten());
    }

    @Test
    void unreadableConnectionsAreNotHealthy() {
        HeldListener record = QueueRecords.tcp(PORT, SERVER_PID, 2);
        watch(new HeldListener(
                record.socket(), record.netns(), record.holder(), record.lengths(), List.of(), record.takenNs()));
        assertEquals(List.of(NO_QUEUE), undecided());
    }

    /** The snapshot is taken at 50 s. */
    @ParameterizedTest
    @CsvSource({"49100, 9, true", "49100, -11, true", "48900, 9, false", "49100, -24, false"})
    void serverThatHasJustAcceptedIsNotStuck(long acceptedMs, long result, boolean served) {
        RecordBuilder call = new RecordBuilder()
                .tcpListener(SERVER, PORT)
                .listenerInode(PORT)
                .ret(result)
                .endedAt(acceptedMs * MILLI);
        add(
                result < 0
                        ? call
                        : call.tcpPeer(SERVER, PORT, CLIENT, 5000).waited(1).synacks(0, 0));
        watch(QueueRecords.withoutQueue(PORT, SERVER_PID));
        assertEquals(served ? List.of(NO_LENGTH) : List.of(NO_QUEUE, NO_LENGTH), undecided());
    }

    /** Events: 1 = EPOLLIN, 4 = EPOLLOUT, 0x80000001 = EPOLLIN with EPOLLET. */
    @ParameterizedTest
    @CsvSource({
        "1, ASLEEP, true",
        "4, ASLEEP, false",
        "0x80000001, ASLEEP, false",
        "-1, ASLEEP, false",
        "1, RUNNING, false"
    })
    void serverThatWaitsInEpollIsNotStuck(String events, State state, boolean served) {
        facts.watchedEvents = Long.decode(events).intValue();
        thread(state, BlockingCall.EPOLL_WAIT, null);
        watch(QueueRecords.withoutQueue(PORT, SERVER_PID));
        assertEquals(served ? List.of(NO_LENGTH) : List.of(NO_QUEUE, NO_LENGTH), undecided());
    }

    @ParameterizedTest
    @CsvSource({"8077, true", "80, false"})
    void serverThatWaitsInAcceptIsNotStuck(int port, boolean served) {
        thread(
                State.ASLEEP,
                BlockingCall.ACCEPT,
                new CallSocket(QueueRecords.tcp(port, 1).socket(), -1, null));
        watch(QueueRecords.withoutQueue(PORT, SERVER_PID));
        assertEquals(served ? List.of(NO_LENGTH) : List.of(NO_QUEUE, NO_LENGTH), undecided());
    }
}
