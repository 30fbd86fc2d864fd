package accept4trace.action;

import static accept4trace.event.SampleLosses.losses;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import accept4trace.capture.CallFilter.Call;
import accept4trace.event.RecordBuilder;
import accept4trace.outcome.Outcome;
import accept4trace.outcome.UserError;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReadCommandTest extends Recordings {
    private void aTrace() {
        live.source
                .then(batch(false, calls(20)))
                .then(batch(
                        false,
                        new RecordBuilder().fd(-1).ret(-9),
                        new RecordBuilder().fd(-1).ret(-9)))
                .then(batch(false, calls(3)), losses(7), () -> {})
                .then(batch(true, new RecordBuilder().processExit(0)));
    }

    private void aShortTrace() {
        live.source
                .then(batch(false, calls(2)))
                .then(batch(true, new RecordBuilder().fd(-1).ret(-9), new RecordBuilder().processExit(0)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-v -ttt -r",
                "--no-fold -t",
                "--format=json",
                "--format=strace -tt",
                "--format=columns",
                "--format=perfetto",
                "-c",
                "-c --format=json",
                "--diagnose=100s",
                "--diagnose=100s --format=json"
            })
    void reportsFromARecordingAreThoseOfTheTrace(String options) throws Exception {
        aTrace();
        String expected = trace(options);
        assertTrue(!expected.isEmpty());
        read(options);
        assertEquals(expected, reader.system.text(STDOUT));
        assertEquals(live.system.text(STDERR), reader.system.text(STDERR));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--port=8080 | 23",
                "--port=80 | 0",
                "--peer=10.0.0.1 | 2",
                "--peer=10.0.0.0/30 | 7",
                "-z | 23",
                "-Z | 2",
                "--comm=worker | 25",
                "--comm=nginx | 25",
                "--comm=other | 0",
                "--comm=other --comm=worker | 25",
                "--uid=33 | 25",
                "--uid=0 | 0",
                "-e accept | 0",
                "--fd=6 | 23",
                "--fd=-1,6 | 25",
                "--min-duration=1ms | 0",
                "--family=inet | 23",
                "--count=4 | 4"
            })
    void filtersAreAppliedWhileReading(String filter, int calls) throws Exception {
        aTrace();
        record("");
        assertEquals(
                calls,
                lines("--no-fold -qq " + filter)
                        .lines()
                        .filter(line -> line.contains("accept4("))
                        .count());
    }

    @ParameterizedTest
    @CsvSource({"all, 25", "'!accept4', 0", "'!accept', 25", "'!bind,listen', 25", "'!none', 25", "'all,listen', 25"})
    void allAndNegationSelectFromWhatWasRecorded(String expression, int calls) throws Exception {
        aTrace();
        record("-e accept4,accept,listen");
        assertEquals(calls, lines("--no-fold -qq -e " + expression).lines().count());
    }

    @Test
    void eventsCanBeNamedBesideAllCalls() throws Exception {
        aTrace();
        record("-e accept4,closed");
        assertEquals(25, lines("--no-fold -qq -e all,closed").lines().count());
        assertRefused(
                "-e closed cannot be used with --read and --peer: it is not recorded whose connections were reset",
                "-e all,closed --peer=10.0.0.1");
    }

    @Test
    void exclusionsMustLeaveSomethingToShow() throws Exception {
        aTrace();
        seeNoLostConnections();
        record("-e accept4,listen");
        assertRefused("recorded without refused: -e cannot select it", "-e all,refused");
        assertRefused("-e selects nothing that was recorded", "-e !accept4,listen");
    }

    @Test
    void eachLossIsRecorded() throws Exception {
        live.source.then(batch(true, calls(1)), losses(1, 2, 3, 4, 5, 6, 7, 8), () -> {});
        String expected = trace("-c --format=json");
        assertTrue(expected.contains("\"closings\":8"), expected);
        read("-c --format=json");
        assertEquals(expected, reader.system.text(STDOUT));
        assertEquals(live.system.text(STDERR), reader.system.text(STDERR));
    }

    @Test
    void recordingIsPrivate() throws Exception {
        aTrace();
        record("");
        assertTrue(live.system.openedPrivately);
    }

    @Test
    void callsTakeFewBytes() throws Exception {
        for (int i = 0; i < 40; i++) {
            live.source.then(batch(false, calls(500)));
        }
        live.source.then(batch(true));
        record("");
        long each = Files.size(file) / 20_000;
        assertTrue(each < 50, () -> each + " bytes a call");
        assertEquals(20_000, lines("-qq").lines().count());
    }

    @Test
    void truncatedRecordingIsReadAsFarAsPossible() throws Exception {
        aShortTrace();
        record("");
        byte[] whole = Files.readAllBytes(file);
        List<String> all = lines("").lines().toList();
        for (int length = 0; length < whole.length; length++) {
            Files.write(file, Arrays.copyOf(whole, length));
            assertPart(all, "cut at " + length);
        }
    }

    private void assertPart(List<String> all, String how) {
        try {
            Outcome outcome = read("");
            List<String> lines = reader.system.text(STDOUT).lines().toList();
            assertEquals(all.subList(0, lines.size()), lines, how);
            assertEquals(1, outcome.status(), how);
            assertTrue(
                    reader.system.text(STDERR).contains("accept4-trace: the recording is incomplete: "),
                    () -> how + ": " + reader.system.text(STDERR));
        } catch (UserError e) {
            assertTrue(e.getMessage().startsWith("cannot read " + file + ": "), e.getMessage());
            assertEquals(1, e.status());
        }
    }

    /** "nothing wrong found" alone would look as if the server had been healthy until the end. */
    @Test
    void diagnosisOfACutRecordingSaysSo() throws Exception {
        aTrace();
        record("-e accept4,accept,io_uring,%poll,refused,closed");
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length - 1));
        assertEquals(1, read("--diagnose").status());
        String report = reader.system.text(STDOUT);
        assertTrue(report.contains("what follows in the recording is not checked: block 1 is incomplete"), report);
        read("--diagnose --format=json");
        assertTrue(reader.system.text(STDOUT).contains("not checked: block 1 is incomplete"));
    }

    @Test
    void recordingIsReadUpToADamagedBlock() throws Exception {
        aShortTrace();
        record("");
        byte[] whole = Files.readAllBytes(file);
        List<String> all = lines("").lines().toList();
        for (int at = 0; at < whole.length; at++) {
            byte[] changed = whole.clone();
            changed[at] ^= 0x41;
            Files.write(file, changed);
            assertPart(all, "changed at " + at);
        }
    }

    @Test
    void reportWithoutItsInputsIsRefused() throws Exception {
        aTrace();
        seeNoLostConnections();
        record("");
        assertRefused(
                "recorded without io_uring, %poll, refused and closed: --diagnose is not available", "--diagnose");
        assertRefused("recorded without refused: --trigger=refused is not available", "--trigger=refused");
        assertRefused("recorded without closed: -e cannot select it", "-e closed");
        assertRefused("recorded without -k: call stacks are not available", "-k");
        assertRefused("recorded without --resolve: host names are not available", "--resolve");
        assertRefused("recorded without bind: -e cannot select it", "-e bind");
        assertRefused("recorded without bind and listen: -e cannot select it", "-e accept4,bind,listen");
        assertRefused("--uid root cannot be used with --read: give a number", "--uid=root");
    }

    @Test
    void diagnosisNeedsAllCalls() throws Exception {
        aTrace();
        record("-e accept4,accept,io_uring,%poll,refused,closed");
        read("--diagnose");
        assertTrue(reader.system.text(STDOUT).contains("nothing wrong found"), () -> reader.system.text(STDOUT));
    }

    @Test
    void diagnosisNeedsRefusedConnections() throws Exception {
        seeNoLostConnections();
        aTrace();
        record("-e accept4,accept,io_uring,%poll,closed");
        assertRefused("recorded without refused: --diagnose is not available", "--diagnose");
    }

    @ParameterizedTest
    @CsvSource({"'', refused and closed", "'-e accept4,closed', refused", "'-e accept4,refused,closed', ''"})
    void summaryNamesTheLossesThatWereNotRecorded(String recorded, String missing) throws Exception {
        seeNoLostConnections();
        aTrace();
        record(recorded);
        lines("");
        assertFalse(reader.system.text(STDERR).contains("recorded without"), () -> reader.system.text(STDERR));
        lines("-q -c");
        assertEquals(
                missing.isEmpty() ? "" : "recorded without " + missing,
                reader.system.text(STDERR).replaceFirst("(?s).*?(recorded without [^:]*|$).*", "$1"));
    }

    /** Hooks for other events slow the target, so recording attaches only those for what -e selects. */
    @ParameterizedTest
    @CsvSource({"'', false", "'-e accept4,refused,closed', true"})
    void onlyWhatIsSelectedIsRecorded(String options, boolean lostConnections) throws Exception {
        aShortTrace();
        record(options);
        Set<Call> recorded = live.tracing.settings.filter().calls();
        assertEquals(lostConnections, recorded.contains(Call.REFUSED));
        assertEquals(lostConnections, recorded.contains(Call.CLOSED));
    }

    @Test
    void otherFilesAreRefused() throws Exception {
        Files.writeString(file, "accept4(3, NULL, NULL, 0) = 4\n");
        assertRefused("cannot read " + file + ": it is not a recording", "");
        Files.writeString(file, "abc");
        assertRefused("cannot read " + file + ": it is not a recording", "");
        Files.writeString(file, "");
        assertRefused("cannot read " + file + ": it is empty", "");
        Files.delete(file);
        assertRefused("cannot read " + file + ": No such file or directory", "");
    }

    @Test
    void hintFitsTheReason() throws Exception {
        file = root.resolve("Permission denied");
        String hint = assertThrows(UserError.class, () -> read("")).hint();
        assertEquals("--format=raw -o FILE writes a recording", hint);
        assertEquals("only the owner of a recording can read it", ReadCommand.hintFor("Permission denied"));
    }

    @Test
    void recordingWithoutAHeaderIsRefused() throws Exception {
        aShortTrace();
        record("");
        byte[] whole = Files.readAllBytes(file);
        for (int length : new int[] {8, 12, 100}) {
            Files.write(file, Arrays.copyOf(whole, length));
            assertRefused("cannot read " + file + ": its header is incomplete", "");
        }
        whole[100] ^= 1;
        Files.write(file, whole);
        assertRefused("cannot read " + file + ": its header is damaged", "");
    }

    /** The file looks as if several recordings had been joined by cat. Only the first one is read. */
    @Test
    void dataAfterTheEndIsReported() throws Exception {
        aShortTrace();
        record("");
        byte[] whole = Files.readAllBytes(file);
        String lines = lines("");
        byte[] twice = Arrays.copyOf(whole, 2 * whole.length);
        System.arraycopy(whole, 0, twice, whole.length, whole.length);
        Files.write(file, twice);
        Outcome outcome = read("");
        assertEquals(lines, reader.system.text(STDOUT));
        assertEquals(1, outcome.status());
        assertTrue(
                reader.system.text(STDERR).contains("accept4-trace: the recording has ended, but more data follows\n"),
                () -> reader.system.text(STDERR));
    }

    @Test
    void recordingIsNotOverwritten() throws Exception {
        aShortTrace();
        record("");
        assertRefused("cannot write to " + file + ": it is the recording", "-o " + file);
        Path link = Files.createSymbolicLink(root.resolve("link"), file);
        assertRefused("cannot write to " + link + ": it is the recording", "-o " + link);
        assertEquals(null, reader.system.opened);
    }

    /**
     * The cgroup exists on this machine, but the recording may be from another machine, so the cgroup must not be
     * looked up here.
     */
    @Test
    void cgroupsOfThisMachineAreNotUsed() throws Exception {
        aShortTrace();
        record("");
        assertTrue(
                lines("-c --cgroup=/")
                        .contains("accept queues at the end: unknown (the cgroups of the holders are not recorded)"),
                () -> reader.system.text(STDOUT));
    }

    @Test
    void otherVersionIsRefusedAndNamed() throws Exception {
        aTrace();
        record("");
        byte[] bytes = Files.readAllBytes(file);
        bytes[8] = 9;
        Files.write(file, bytes);
        assertRefused("cannot read " + file + ": its format is version 9, and only version 1 can be read", "");
    }
}
