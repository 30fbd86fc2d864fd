package accept4trace.session;

import static accept4trace.event.SampleLosses.losses;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import accept4trace.capture.EventBatch;
import accept4trace.event.Closing;
import accept4trace.event.GivenUp;
import accept4trace.event.Losses;
import accept4trace.event.RecordBuilder;
import accept4trace.event.RefusalBuilder;
import accept4trace.fake.Batches;
import accept4trace.fake.FakeSource;
import accept4trace.fake.NoDetails;
import accept4trace.format.TextOptions;
import accept4trace.format.WallClock;
import accept4trace.format.lines.TextFormatter;
import accept4trace.output.Notices;
import accept4trace.output.Sink;
import accept4trace.output.WriteException;
import accept4trace.session.TraceSession.Limits;
import accept4trace.session.TraceSession.Result;
import accept4trace.text.Errno;
import accept4trace.text.Text;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TraceSessionTest {
    private static final long SECOND = 1_000_000_000L;
    private static final Limits NONE = new Limits(Long.MAX_VALUE, Long.MAX_VALUE);
    private static final int SIGINT = 2;
    private final FakeSource source = new FakeSource();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private long now;

    private Result run(Limits limits) throws Exception {
        return run(limits, out, false);
    }

    private Result run(Limits limits, OutputStream sink, boolean quiet) throws Exception {
        Notices notices = new Notices(new PrintStream(err, true, StandardCharsets.UTF_8), quiet);
        return run(limits, output(sink, Observer.NONE), notices);
    }

    private static SessionOutput output(OutputStream sink, Observer observer) {
        return new SessionOutput(
                new TextFormatter(TextOptions.DEFAULT, NoDetails.NONE, new WallClock(() -> 0, second -> 0)),
                Sink.to(sink, Text.Style.PLAIN_ASCII),
                observer);
    }

    private Result run(Limits limits, SessionOutput output, Notices notices) throws Exception {
        return new TraceSession(source, output, notices, limits, () -> "nobody came", () -> now).run();
    }

    private Result runWithRefused(Limits limits) throws Exception {
        return new TraceSession(
                        source,
                        output(out, Observer.NONE)
                                .with(new RefusedConnections(
                                        new RefusedAttempts(null, true), new RefusedUnixClients(null, true))),
                        new Notices(new PrintStream(err, true, StandardCharsets.UTF_8), false),
                        limits,
                        () -> "",
                        () -> now)
                .run();
    }

    /** Adds a refused packet. {@code meanwhile} runs while the poll waits for it. */
    private void thenRefused(long atNs, boolean last, Runnable meanwhile) {
        ByteBuffer record = ByteBuffer.allocate(4096).order(ByteOrder.nativeOrder());
        record.put(new RefusalBuilder().at(atNs).build());
        source.then(new EventBatch(record, record.position(), 0, false, last, false), Losses.NONE, meanwhile);
    }

    @Test
    void refusedConnectionsAreShownButNotCounted() throws Exception {
        thenRefused(1, false, () -> {});
        thenRefused(SECOND, true, () -> {});
        Result result = runWithRefused(new Limits(1, Long.MAX_VALUE));
        assertEquals(0, result.calls());
        assertEquals(
                "[refused] 0.0.0.0:8077<-10.0.0.9:51100 queue=6/5 at=syn packets=2\n",
                out.toString(StandardCharsets.UTF_8));
        assertTrue(notices().contains("detached after 0 calls, 0 events lost"), notices());
    }

    /**
     * An attempt is shown when its next packet is overdue. If this process was delayed, that packet can already be in
     * the ring buffer, which must be read first.
     */
    @Test
    void packetIsOverdueOnlyIfItHasNotBeenRead() throws Exception {
        thenRefused(1, false, () -> now = 10 * SECOND);
        thenRefused(SECOND, true, () -> {});
        runWithRefused(NONE);
        assertEquals(
                "[refused] 0.0.0.0:8077<-10.0.0.9:51100 queue=6/5 at=syn packets=2\n",
                out.toString(StandardCharsets.UTF_8));
    }

    private long lines() {
        return out.toString(StandardCharsets.UTF_8).lines().count();
    }

    private String notices() {
        return err.toString(StandardCharsets.UTF_8);
    }

    private Runnable pass(long nanos) {
        return () -> now += nanos;
    }

    @Test
    void endsWithItsTargetsAfterTheirLastCalls() throws Exception {
        source.then(Batches.calls(3)).then(Batches.batch(1, 0, false, true)).then(Batches.calls(2));

        assertEquals(new Result(0, false, true, 6, Losses.NONE), run(NONE));
        assertEquals(6, lines());
        assertTrue(source.stopped);
        assertEquals("accept4-trace: detached after 6 calls, 0 events lost\n", notices());
    }

    @Test
    void endsAfterTheGivenNumberOfCalls() throws Exception {
        source.then(Batches.calls(2)).then(Batches.calls(5));

        assertEquals(3, run(new Limits(3, Long.MAX_VALUE)).calls());
        assertEquals(3, lines());
    }

    private static EventBatch callsAndClosings() {
        return Batches.of(
                new RecordBuilder().tcpListener(new byte[4], 80).closed(0, 0, 0, false),
                new RecordBuilder().ret(-9),
                new RecordBuilder()
                        .tcpListener(new byte[4], 80)
                        .tcpPeer(new byte[4], 80, new byte[4], 81)
                        .gaveUp(),
                new RecordBuilder().ret(-9));
    }

    /** Closed listeners and clients that gave up are shown, but do not count as calls. */
    @Test
    void countsOnlyCalls() throws Exception {
        source.then(callsAndClosings()).then(Batches.calls(5));

        assertEquals(2, run(new Limits(2, Long.MAX_VALUE)).calls());
        assertEquals(4, lines());
    }

    @Test
    void closingsCanBeCountedWithoutLines() throws Exception {
        source.then(callsAndClosings());
        List<Object> observed = new ArrayList<>();
        Observer observer = new Observer() {
            @Override
            public void add(Closing closing) {
                observed.add(closing);
            }

            @Override
            public void add(GivenUp client) {
                observed.add(client);
            }
        };
        Notices notices = new Notices(new PrintStream(err, true, StandardCharsets.UTF_8), false);
        run(new Limits(2, Long.MAX_VALUE), output(out, observer).withClosings(false), notices);
        assertEquals(2, lines());
        assertEquals(2, observed.size());
    }

    @Test
    void endsAfterTheGivenTime() throws Exception {
        source.then(Batches.calls(1), Losses.NONE, pass(400_000_000L))
                .then(Batches.calls(0), Losses.NONE, pass(100_000_001L));

        assertEquals(1, run(new Limits(Long.MAX_VALUE, SECOND / 2)).calls());
        assertEquals(500, source.timeouts.get(0));
        assertEquals(100, source.timeouts.get(1));
    }

    private Runnable silence(String why) {
        return () -> {
            source.silenced = why;
            now += SECOND;
        };
    }

    @Test
    void reportsHooksThatFallSilentAndRunAgain() throws Exception {
        source.then(Batches.calls(1), Losses.NONE, silence("kernel.ftrace_enabled is 0"))
                .then(Batches.calls(1), Losses.NONE, pass(SECOND))
                .then(Batches.calls(1), Losses.NONE, silence(""))
                .then(Batches.batch(0, 0, false, true));

        run(NONE);
        assertEquals(
                "accept4-trace: hooks on kernel functions are off: kernel.ftrace_enabled is 0\n"
                        + "hint: set it to 1; until then, io_uring accepts, lost connections and waits of AF_UNIX"
                        + " sockets are missing\n"
                        + "accept4-trace: hooks on kernel functions are on again; events while they were off are missing\n"
                        + "accept4-trace: detached after 3 calls, 0 events lost\n",
                notices());
    }

    @Test
    void reportsSilentHooksAtTheEndOfAShortTrace() throws Exception {
        source.then(Batches.batch(1, 0, false, true), Losses.NONE, () -> source.silenced = "it is off");

        run(NONE, out, true);
        assertTrue(notices().startsWith("accept4-trace: hooks on kernel functions are off: it is off\n"), notices());
    }

    @Test
    void reportsTheSignalThatEndedTheSession() throws Exception {
        source.then(Batches.batch(1, SIGINT, false, false));

        assertEquals(SIGINT, run(NONE).signal());
        assertEquals(1, lines());
    }

    @Test
    void closedReaderEndsTheSessionWithoutAnError() throws Exception {
        source.then(Batches.batch(0, 0, true, false));

        assertTrue(run(NONE).readerGone());
        assertEquals("", notices());
    }

    @Test
    void signalIsReportedRatherThanTheEndOfTheReader() throws Exception {
        source.then(Batches.batch(0, 0, true, false)).then(Batches.batch(0, SIGINT, true, false));

        assertEquals(SIGINT, run(NONE).signal());
    }

    @Test
    void brokenPipeIsAClosedReader() throws Exception {
        source.then(Batches.calls(1));

        assertTrue(run(NONE, failingWith(Errno.EPIPE), false).readerGone());
    }

    @Test
    void countsEventsThatCannotBeWritten() {
        source.then(Batches.calls(2)).then(Batches.calls(3), losses(5, 0, 0, 0, 0, 0, 0), () -> {});

        WriteException error = assertThrows(WriteException.class, () -> run(NONE, failingWith(Errno.ENOSPC), false));
        assertEquals(Errno.ENOSPC, error.errno());
        String printed = error.getMessage();
        assertTrue(
                printed.matches(
                        "No space left on device; 5 events and \\d+ bytes of lines not written, 5 events lost before"),
                printed);
    }

    @Test
    void quietTraceStillReportsLosses() throws Exception {
        source.then(Batches.calls(1), losses(5, 0, 0, 0, 0, 0, 0), pass(2 * SECOND))
                .then(Batches.batch(0, 0, false, true), losses(7, 0, 0, 0, 0, 0, 0), () -> {});

        Result result = run(NONE, out, true);
        assertEquals(7, result.losses().events());
        assertEquals(
                """
                accept4-trace: 5 events lost so far: the ring buffer was full
                accept4-trace: detached after 1 call, 7 events lost: the ring buffer was full
                hint: a larger --buffer holds longer bursts
                """,
                notices());
    }

    @Test
    void reportsEveryKindOfLoss() throws Exception {
        source.then(Batches.batch(1, 0, false, true), losses(0, 4, 3, 2, 1, 5, 7, 6, 8), () -> {});

        assertTrue(run(NONE, out, true).losses().any());
        assertEquals(
                """
                accept4-trace: 3 children were not followed: too many processes
                accept4-trace: at most 2 calls are missing: the kernel skipped the programs that report them
                accept4-trace: at most 1 child was not followed: the kernel skipped the program at their fork
                accept4-trace: 5 calls are marked <?>: the kernel skipped the program at their entry or exit
                accept4-trace: at most 7 refused packets are missing: the kernel skipped the programs that report them
                accept4-trace: at most 6 closed listeners or clients that gave up are missing: the kernel skipped the programs that report them
                accept4-trace: at most 8 clients turned away are not counted: the kernel skipped the program that reports them
                accept4-trace: 4 calls have no start time: the table of threads was full
                """,
                notices());
    }

    @Test
    void singleLossesAreReportedInTheSingular() throws Exception {
        source.then(Batches.batch(1, 0, false, true), losses(1, 1, 1, 1, 1, 1, 0, 1), () -> {});

        run(NONE);
        assertEquals(
                """
                accept4-trace: detached after 1 call, 1 event lost: the ring buffer was full
                hint: a larger --buffer holds longer bursts
                accept4-trace: 1 child was not followed: too many processes
                accept4-trace: at most 1 call is missing: the kernel skipped the programs that report them
                accept4-trace: at most 1 child was not followed: the kernel skipped the program at their fork
                accept4-trace: 1 call is marked <?>: the kernel skipped the program at its entry or exit
                accept4-trace: at most 1 closed listener or client that gave up is missing: the kernel skipped the programs that report them
                accept4-trace: 1 call has no start time: the table of threads was full
                """,
                notices());
    }

    @Test
    void silenceIsExplainedOnce() throws Exception {
        source.then(Batches.calls(0), Losses.NONE, pass(2 * SECOND))
                .then(Batches.calls(0), Losses.NONE, pass(2 * SECOND))
                .then(Batches.calls(0), Losses.NONE, pass(2 * SECOND))
                .then(Batches.batch(0, 0, false, true));

        run(NONE);
        assertEquals("hint: nobody came\naccept4-trace: detached after 0 calls, 0 events lost\n", notices());
    }

    @Test
    void noSilenceHintAfterACall() throws Exception {
        source.then(Batches.calls(1), Losses.NONE, pass(4 * SECOND)).then(Batches.batch(0, 0, false, true));

        run(NONE);
        assertFalse(notices().contains("hint"));
    }

    @Test
    void viewCanEndTheSessionAndReceivesNotices() throws Exception {
        Losses lost = losses(5, 0, 0, 0, 0, 0, 0);
        source.then(Batches.calls(0), lost, pass(2 * SECOND))
                .then(Batches.input(), lost, () -> {})
                .then(Batches.calls(1), lost, () -> {})
                .then(Batches.input(), lost, () -> {});
        StringBuilder seen = new StringBuilder();
        Notices notices = new Notices(new PrintStream(err, true, StandardCharsets.UTF_8), false);
        notices.hold(line -> seen.append(line).append('\n'));

        Result result = run(NONE, output(out, viewWithTwoKeys(notices)), notices);
        assertEquals(new Result(0, false, false, 1, lost), result);
        assertTrue(source.stopped);
        assertEquals("accept4-trace: 5 events lost so far: the ring buffer was full\n", seen.toString());
        assertTrue(notices().startsWith("accept4-trace: detached after 1 call, 5 events lost"), notices());
    }

    /** The second key ends the view. */
    private static Observer viewWithTwoKeys(Notices notices) {
        int[] keys = {0};
        return new Observer() {
            @Override
            public boolean takeInput() {
                return ++keys[0] < 2;
            }

            @Override
            public void close() {
                notices.release();
            }
        };
    }

    private static OutputStream failingWith(int errno) {
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new WriteException(errno);
            }
        };
    }
}
