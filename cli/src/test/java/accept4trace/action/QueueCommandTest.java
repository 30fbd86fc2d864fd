package accept4trace.action;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import accept4trace.capture.CaptureException;
import accept4trace.event.HeldListener;
import accept4trace.fake.FakePlatform;
import accept4trace.fake.FakeSystem;
import accept4trace.options.Arguments;
import accept4trace.outcome.Outcome;
import accept4trace.outcome.UserError;
import accept4trace.output.Notices;
import accept4trace.output.OutputStyle;
import accept4trace.proc.FakeMachine;
import accept4trace.queue.QueueRecords;
import accept4trace.queue.Snapshot;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QueueCommandTest {
    private static final int STDOUT = 1;

    private final FakePlatform platform = new FakePlatform();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir
    private Path root;

    private Outcome run(String... options) throws UserError {
        PrintStream notices = new PrintStream(err, true, StandardCharsets.UTF_8);
        return new QueueCommand(
                        Arguments.parse(options),
                        new Notices(notices, false),
                        new FakeMachine(root).machine(),
                        new OutputStyle(Map.of()),
                        platform)
                .run();
    }

    private void queues(HeldListener... records) {
        platform.tracing.snapshots.records.add(List.of(records));
    }

    @Test
    void printsTheQueues() throws UserError {
        queues(QueueRecords.tcp(8077, 178, 2));
        assertEquals(Outcome.status(0), run("--queue"));
        assertEquals(
                "10.0.0.1:8077  1/4 waiting, oldest 2.0 s (10.0.0.9:4000)  server[178] fd 3\n",
                platform.system.text(STDOUT));
        assertEquals(1, platform.tracing.snapshots.taken);
        assertTrue(platform.tracing.snapshots.closed);
    }

    @Test
    void writesJsonToAFile() throws UserError {
        queues(QueueRecords.tcp(8077, 178, 2));
        run("--queue", "--format=json", "-o", "queues");
        String json = platform.system.text(FakeSystem.FILE);
        assertTrue(
                json.contains(
                        "\"waiting\":1,\"queue_max\":4,\"oldest_ns\":2000000000,\"waiting_connections\":[{\"remote\":"
                                + "{\"address\":\"10.0.0.9\",\"port\":4000},\"bytes_received\":7,\"reset\":false,"
                                + "\"age_ns\":2000000000}],"
                                + "\"holder_count\":1,\"holders\":[{\"tgid\":178,\"fd\":3,\"uid\":0,\"comm\":\"server\"}]"),
                json);
    }

    @ParameterizedTest
    @CsvSource({"1, 1 socket was", "2, 2 sockets were"})
    void reportsListenersBeyondTheLimit(int count, String sockets) throws UserError {
        queues(IntStream.rangeClosed(1, Snapshot.MAX_LISTENERS + count)
                .mapToObj(port -> QueueRecords.tcp(port, 5))
                .toArray(HeldListener[]::new));
        run("--queue");
        assertEquals(
                "accept4-trace: too many listening sockets: " + sockets + " not examined\n"
                        + "hint: select fewer with -p, --port or --listener\n",
                err.toString(StandardCharsets.UTF_8));
    }

    /** A socket that was not examined may have stuck connections, so --fail-on=stuck must not report success. */
    @ParameterizedTest
    @CsvSource({"0, 0", "1, 1"})
    void unexaminedSocketsAreNotHealthy(int beyond, int status) throws UserError {
        queues(IntStream.rangeClosed(1, Snapshot.MAX_LISTENERS + beyond)
                .mapToObj(port -> QueueRecords.tcp(port, 5))
                .toArray(HeldListener[]::new));
        if (status == 0) {
            assertEquals(Outcome.status(0), run("--queue", "--fail-on=stuck"));
        } else {
            UserError error = assertThrows(UserError.class, () -> run("--queue", "--fail-on=stuck"));
            assertEquals(status, error.status());
            assertEquals("unknown whether a listener is stuck: 1 socket was not examined", error.getMessage());
        }
    }

    @Test
    void stuckConnectionsCountEvenIfOtherSocketsWereNotExamined() throws UserError {
        HeldListener[] records = IntStream.rangeClosed(1, Snapshot.MAX_LISTENERS + 1)
                .mapToObj(port -> QueueRecords.tcp(port, 5))
                .toArray(HeldListener[]::new);
        records[0] = QueueRecords.tcp(1, 5, 2);
        queues(records);
        assertEquals(Outcome.status(4), run("--queue", "--fail-on=stuck"));
    }

    /**
     * Two snapshots show only that an AF_UNIX connection has waited for at least a second, so it is unknown whether it
     * has waited for the hour of --min-wait.
     */
    @Test
    void unknownAgesAreNotHealthy() {
        queues(QueueRecords.unix(50 * QueueRecords.SECOND, 1));
        queues(QueueRecords.unix(51 * QueueRecords.SECOND, 1));
        UserError error = assertThrows(UserError.class, () -> run("--queue", "--fail-on=stuck", "--min-wait=1h"));
        assertEquals(1, error.status());
        assertEquals(
                "unknown whether a listener is stuck: 1 socket has connections of unknown age", error.getMessage());
    }

    /** The unknown age of the AF_UNIX connection does not matter, because --peer selects only IP connections. */
    @ParameterizedTest
    @CsvSource({"10.0.0.9, 4", "10.0.0.8, 0"})
    void onlySelectedPeersCanBeStuck(String peer, int status) throws UserError {
        queues(QueueRecords.tcp(1, 5, 2), QueueRecords.unix(50 * QueueRecords.SECOND, 1));
        assertEquals(Outcome.status(status), run("--queue", "--fail-on=stuck", "--peer", peer));
    }

    @Test
    void outputFileIsNotOpenedIfTheSnapshotFails() {
        platform.tracing.snapshots.failure = new CaptureException("take a snapshot", 1, "");
        assertThrows(UserError.class, () -> run("--queue", "-o", "queues"));
        assertNull(platform.system.opened);
    }

    /** The second snapshot shows that the connection has waited for at least a second. Its exact age is unknown. */
    @Test
    void lowerBoundOfAnAgeIsMarked() throws UserError {
        queues(QueueRecords.unix(50 * QueueRecords.SECOND, 1));
        queues(QueueRecords.unix(51 * QueueRecords.SECOND, 1));
        run("--queue", "--format=json");
        assertEquals(2, platform.tracing.snapshots.taken);
        String json = platform.system.text(STDOUT);
        assertTrue(json.contains("\"oldest_at_least_ns\":1000000000,"), json);
        assertTrue(json.contains("\"age_at_least_ns\":1000000000"), json);
    }

    @Test
    void reportsThatNothingMatches() throws UserError {
        queues(QueueRecords.tcp(8077, 178, 2));
        run("--queue", "--port", "80");
        assertEquals("", platform.system.text(STDOUT));
        assertEquals("accept4-trace: no listening socket matches\n", err.toString(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @CsvSource({"--queue, 0", "--queue --fail-on=stuck, 4", "--queue --fail-on=stuck --min-wait 3s, 0"})
    void stuckConnectionsCanChangeTheStatus(String options, int status) throws UserError {
        queues(QueueRecords.tcp(8077, 178, 2));
        assertEquals(Outcome.status(status), run(options.split(" ")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--queue -e accept | -e cannot be used with --queue",
                "--queue -c | -c cannot be used with --queue",
                "--queue -- true | --queue takes no COMMAND",
                "--queue --all -p 1 | -p and --all cannot be combined",
                "--queue --format=strace | --queue requires --format=text, --format=columns or --format=json",
                "--queue --format=json -v | -v requires --format=text with --queue",
                "--queue -A | -A requires -o FILE",
                "--queue --fail-on=herd | --fail-on: 'herd' cannot be used with --queue; use 'stuck'",
                "--queue --min-wait 1s --min-wait 2s | --min-wait can be given only once",
            })
    void usageErrors(String options, String message) {
        UserError error = assertThrows(UserError.class, () -> Arguments.parse(options.split(" ")));
        assertEquals(2, error.status());
        assertEquals(message, error.getMessage());
    }
}
