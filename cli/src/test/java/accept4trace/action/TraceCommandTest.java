package accept4trace.action;

import static org.junit.jupiter.api.Assertions.assertEquals;

import accept4trace.event.Losses;
import accept4trace.outcome.Outcome;
import accept4trace.session.TraceSession.Ending;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TraceCommandTest {
    private static final int KILL = 9;

    /** Each row has one cause less than the one before it. */
    @ParameterizedTest
    @CsvSource({
        "2, true, true, 7, true, 0, 2",
        "0, true, true, 7, true, 0, 13",
        "0, false, true, 7, true, 4, 0",
        "0, false, false, 7, true, 7, 0",
        "0, false, false, 0, true, 3, 0",
        "0, false, false, 0, false, 0, 0"
    })
    void theFirstCauseDecidesHowItEnds(
            int signal, boolean readerGone, boolean found, int command, boolean strict, int status, int endedBy) {
        Ending ending = new Ending(signal, readerGone, true, 1, new Losses(1, 0, 0, 0, 0, 0));
        assertEquals(
                new Outcome(status, endedBy), TraceCommand.outcome(ending, found, Outcome.status(command), strict));
    }

    @ParameterizedTest
    @CsvSource({"true, 4, 0", "false, 0, 9"})
    void aFindingCountsMoreThanTheSignalThatKilledTheCommand(boolean found, int status, int endedBy) {
        Ending ending = new Ending(0, false, true, 1, Losses.NONE);
        assertEquals(new Outcome(status, endedBy), TraceCommand.outcome(ending, found, Outcome.signal(KILL), true));
    }
}
