package accept4trace.action;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import accept4trace.capture.CaptureException;
import accept4trace.event.AddressFamily;
import accept4trace.event.Coverage;
import accept4trace.event.FamilyCoverage;
import accept4trace.event.RecordBuilder;
import accept4trace.event.RefusalBuilder;
import accept4trace.event.UnixRefusalBuilder;
import accept4trace.outcome.ExitStatus;
import accept4trace.outcome.Outcome;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests that refused and closed connections can be shown from a recording. */
class ReadLostConnectionsTest extends Recordings {
    private static final String LOST_CALLS = "-e accept4,accept,refused,closed ";

    private static RecordBuilder listener() {
        return new RecordBuilder()
                .tcpListener(ANY, 8080)
                .fd(-1)
                .surroundings(7, 3)
                .beganAt(2_000_000_000L)
                .endedAt(2_000_100_000L);
    }

    /**
     * Adds the trace of a listener that refuses connections, loses a client that gives up, and is closed. The packet
     * for inode 701 is not shown, because no process is known to hold that listener.
     */
    private void aTraceOfLostConnections() {
        live.source.refusals = new FamilyCoverage(Coverage.ALL, Coverage.SOME);
        ByteBuffer client = listener()
                .tcpPeer(new byte[] {10, 0, 0, 1}, 8080, new byte[] {10, 0, 0, 9}, 9999)
                .waited(1_000_000)
                .gaveUp()
                .build();
        live.source
                .then(batchOf(
                        false,
                        calls(1)[0].build(),
                        new RefusalBuilder().listening().build(),
                        new RefusalBuilder()
                                .listening()
                                .inode(702)
                                .family(AddressFamily.UNIX)
                                .build(),
                        new RefusalBuilder().build(),
                        new RefusalBuilder().at(2_000_000_000L).build(),
                        new RefusalBuilder().inode(701).peer(7).build(),
                        new UnixRefusalBuilder().inode(703).listening().build(),
                        new UnixRefusalBuilder().inode(0).withoutQueue().build()))
                .then(batchOf(
                        true,
                        client,
                        listener().queue(7, 511).closed(6, 1, 0, true).build()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                LOST_CALLS + "-v -ttt",
                LOST_CALLS + "--format=json",
                "-e accept4,refused --format=columns",
                LOST_CALLS + "-c --format=json",
                "-c",
                "--diagnose=100s",
                "--diagnose=100s --format=json"
            })
    void lostConnectionsInARecordingAreThoseOfTheTrace(String options) throws Exception {
        aTraceOfLostConnections();
        String expected = trace(options);
        assertTrue(!expected.isEmpty());
        read(options);
        assertEquals(expected, reader.system.text(STDOUT));
        assertEquals(live.system.text(STDERR), reader.system.text(STDERR));
    }

    @Test
    void refusedConnectionsAreRecordedForAnyReport() throws Exception {
        aTraceOfLostConnections();
        record("");
        assertEquals(1, lines("-qq").lines().count());
        assertEquals(
                """
                [refused] 0.0.0.0:8077<-10.0.0.9:51100 queue=6/5 at=syn packets=2
                [refused] "/run/app.sock"<-812<php> error=EAGAIN connects=1
                """,
                lines("-qq -e refused"));
        assertFalse(reader.system.text(STDERR).contains("not shown"), reader.system.text(STDERR));
    }

    /**
     * Without snapshots, only the listeners that targets have opened are known, so a packet for another listener is
     * counted, but not shown.
     */
    @Test
    void refusedPacketsOfUnknownListenersAreCounted() throws Exception {
        live.tracing.snapshots.failure = new CaptureException("take snapshots", 1, "");
        aTraceOfLostConnections();
        record("");
        assertEquals(
                "[refused] 0.0.0.0:8077<-10.0.0.9:51100 queue=6/5 at=syn packets=2\n",
                lines("-qq -e refused --family=inet"));
        assertTrue(reader.system.text(STDERR).contains("1 refused packet is not shown"), reader.system.text(STDERR));
    }

    @Test
    void refusedPacketsOfUnknownListenersAreLost() throws Exception {
        live.tracing.snapshots.failure = new CaptureException("take snapshots", 1, "");
        aTraceOfLostConnections();
        record("");
        assertEquals(Outcome.status(ExitStatus.LOST_EVENTS), read("--strict -c --format=json"));
        String report = reader.system.text(STDOUT);
        assertTrue(report.contains("\"refusals\":1,"), report);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-c --format=json | \"refused_at_least\":1,\"refused_packets_at_least\":2",
                "--diagnose=100s | refused at least 1 attempt (2 packets)",
                "--diagnose=100s | the numbers are incomplete: at most 1 refused packet is missing"
            })
    void numbersThatExcludeUnknownListenersAreLowerBounds(String options, String expected) throws Exception {
        live.tracing.snapshots.failure = new CaptureException("take snapshots", 1, "");
        aTraceOfLostConnections();
        String report = trace(options);
        assertTrue(report.replaceAll("\\s+", " ").contains(expected), report);
        read(options);
        assertEquals(withoutFailures(report), withoutFailures(reader.system.text(STDOUT)));
    }

    /** A snapshot fails in the background, so the notice can come too late for the trace, but not for a recording. */
    private static List<String> withoutFailures(String report) {
        return report.lines()
                .filter(line -> !line.contains("a snapshot of the accept queues has failed"))
                .toList();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-e closed | [gave-up],[closed]",
                "--port=8080 | [gave-up],[closed]",
                "--port=8077 | [refused]",
                "--port=1 | ''",
                "--comm=worker | [closed]",
                "--comm=other | ''",
                "--peer=10.0.0.9 | [refused],[gave-up]",
                "--peer=10.0.0.8 | ''",
                "--min-wait=2ms | [refused],[refused],[closed]",
                "--listener=/run/app.sock | [refused]",
                "--fd=3 | ''"
            })
    void lostConnectionsAreFilteredWhileReading(String filter, String kinds) throws Exception {
        aTraceOfLostConnections();
        record(LOST_CALLS);
        assertEquals(
                kinds,
                lines("-qq " + filter)
                        .lines()
                        .filter(line -> line.matches("\\[(refused|gave-up|closed)\\] .*"))
                        .map(line -> line.substring(0, line.indexOf(']') + 1))
                        .collect(Collectors.joining(",")));
    }

    @Test
    void filterForUnknownHoldersIsRefused() throws Exception {
        aTraceOfLostConnections();
        record(LOST_CALLS);
        String why = " cannot be used with --read and --comm, --uid, --cgroup or --fd:"
                + " the holders of listeners are not recorded";
        assertRefused("-e refused" + why, "-e refused --comm=nginx");
        for (String holder : List.of("--comm=nginx", "--uid=0", "--cgroup=/", "--fd=3")) {
            assertRefused("--trigger=refused" + why, "--trigger=refused " + holder);
        }
    }

    @Test
    void filterForUnknownPeersAndCgroupsIsRefused() throws Exception {
        aTraceOfLostConnections();
        record(LOST_CALLS);
        assertRefused(
                "-e closed cannot be used with --read and --peer: it is not recorded whose connections were reset",
                "-e closed --peer=10.0.0.9");
        assertRefused(
                "--trigger=stuck cannot be used with --read and --cgroup:"
                        + " the cgroups of the holders of listeners are not recorded",
                "--trigger=stuck,wait=1s --cgroup=/");
    }
}
