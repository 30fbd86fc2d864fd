package accept4trace.action;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import accept4trace.outcome.UserError;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests that --read refuses options that would have no effect on a recording. */
class ReadRequirementsTest extends Recordings {
    @BeforeEach
    void aTrace() {
        live.source.then(batch(true, calls(1)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--min-wait=1ms | --min-wait requires accept4, accept, io_uring or closed",
                "--peer=10.0.0.1 | --peer requires accept4, accept, io_uring, refused or closed",
                "--trigger=wait=1s | --trigger wait=1s requires accept4, accept or io_uring"
            })
    void optionsForAcceptsNeedThemSelected(String option, String requirement) throws Exception {
        seeNoLostConnections();
        record("-e accept4,listen");
        UserError error = assertRefused(requirement + ", but none of them is selected", "-e !accept4 " + option);
        assertEquals("without -e, --read shows all that -e selected while recording", error.hint());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-z | -z",
                "-Z | -Z",
                "-e status=failed | -e status",
                "--min-duration=1s | --min-duration",
                "--count=1 | --count",
                "-y | -y",
                "--decode-fds=path | --decode-fds",
                "-a50 | -a",
                "-k | -k",
                "--no-fold | --no-fold",
                "--format=strace | --format=strace",
                "-c -S calls | -S"
            })
    void optionsForCallsNeedThemRecorded(String option, String name) throws Exception {
        record("-e refused,closed");
        assertRefused("recorded without any call: " + name + " would have no effect", option);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--peer=10.0.0.1", "--resolve", "--min-wait=1s", "--trigger=wait=1s"})
    void optionsForConnectionsNeedThemRecorded(String option) throws Exception {
        seeNoLostConnections();
        record("-e listen");
        String message = assertThrows(UserError.class, () -> read(option)).getMessage();
        assertTrue(message.matches("recorded without accept4, accept.*: --\\S+.* would have no effect"), message);
    }

    @ParameterizedTest
    @CsvSource({
        "-e refused,-c",
        "-e closed,-c",
        "-e closed,-C",
        "-e closed,--interval=1s",
        "-e closed,--min-wait=1s",
        "-e closed,--peer=10.0.0.1"
    })
    void optionsWithAnEffectOnEventsAreTaken(String recorded, String option) throws Exception {
        record(recorded);
        read(option);
    }

    @ParameterizedTest
    @CsvSource({
        "refused, --comm=nginx",
        "refused, --uid=0",
        "closed, --peer=10.0.0.1 -c",
        "closed, --peer=10.0.0.1 --comm=nginx",
        "'refused,closed', --peer=10.0.0.1 --comm=nginx"
    })
    void filterThatHidesAllRecordedEventsIsRefused(String recorded, String filter) throws Exception {
        record("-e " + recorded);
        assertRefused(
                "no recorded event can pass these filters: a recording says neither who holds a listener nor whose"
                        + " connections were reset",
                filter);
    }
}
