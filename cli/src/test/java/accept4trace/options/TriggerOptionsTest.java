package accept4trace.options;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import accept4trace.outcome.UserError;
import accept4trace.trigger.Condition;
import accept4trace.trigger.Condition.Kind;
import accept4trace.trigger.TriggerSettings;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TriggerOptionsTest {
    private static TriggerSettings trigger(String line) throws UserError {
        return Arguments.parse(line.split(" ")).session().trigger();
    }

    @Test
    void everyOptionReachesTheSettings() throws UserError {
        assertNull(trigger("-p 1"));
        assertEquals(
                new TriggerSettings(
                        List.of(
                                new Condition(Kind.WAIT, 100_000_000, "wait=100ms"),
                                new Condition(Kind.ERROR, 24, "error=EMFILE"),
                                new Condition(Kind.QUEUE, 80, "queue=80%"),
                                new Condition(Kind.REFUSED, 0, "refused"),
                                new Condition(Kind.STUCK, 0, "stuck")),
                        1_500_000_000L,
                        0,
                        3,
                        2 << 20),
                trigger("-p 1 --trigger wait=100ms,error=EMFILE,queue=80% --trigger refused,stuck"
                        + " --before 1.5s --after 0 --triggers 3 --history 2M"));
    }

    @Test
    void defaults() throws UserError {
        assertEquals(
                new TriggerSettings(
                        List.of(new Condition(Kind.STUCK, 0, "stuck")), 5_000_000_000L, 2_000_000_000L, 1, 16 << 20),
                trigger("-p 1 --trigger stuck"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--trigger slow | --trigger: 'slow' is not one of wait=TIME, error=NAME, refused, queue=N%, stuck",
                "--trigger= | --trigger: '' is not one of wait=TIME, error=NAME, refused, queue=N%, stuck",
                "--trigger wait=1x | --trigger wait: not a time such as 10s, 1.5s, 500ms, 2m or 1h: '1x'",
                "--trigger error=EFOO | --trigger error: 'EFOO' is not an error such as EMFILE",
                "--trigger queue=80 | --trigger queue: '80' is not a percentage such as 80%",
                "--trigger queue=101% | --trigger queue: more than 100: '101'",
                "--trigger stuck --history 1K | --history: not a size from 1M to 1G: '1K'",
                "--trigger stuck --triggers 0 | --triggers: not a positive number: '0'",
                "--trigger wait=1s -e closed | --trigger wait=1s requires accept4, accept or io_uring in -e trace=",
                "--trigger error=EMFILE -z | --trigger error=EMFILE requires failed calls, which are not selected",
                "--trigger error=EMFILE --min-wait=1s | --min-wait cannot be used with --trigger error=EMFILE: a call with"
                        + " this error has no connection",
                "--trigger error=EMFILE --peer=::1 | --peer cannot be used with --trigger error=EMFILE: a call with this"
                        + " error has no connection",
            })
    void conditionThatCannotBeMetIsRefused(String line, String message) {
        UserError e = assertThrows(UserError.class, () -> trigger("-p 1 " + line));
        assertEquals(message, e.getMessage());
    }

    /** The recorded calls are not known yet. */
    @Test
    void conditionThatTheFilterExcludesIsRefusedForRecordings() {
        UserError e = assertThrows(UserError.class, () -> trigger("--read x --trigger error=EMFILE -z"));
        assertEquals("--trigger error=EMFILE requires failed calls, which are not selected", e.getMessage());
    }

    /** An accept can fail with EFAULT after it has taken a connection off the queue. */
    @Test
    void errorOfALostConnectionCanHaveFiltersForConnections() throws UserError {
        trigger("-p 1 --trigger error=EFAULT --min-wait=1s --peer=::1");
    }
}
