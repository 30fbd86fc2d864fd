package accept4trace.diagnose;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import accept4trace.diagnose.Finding.Kind;
import accept4trace.event.TurnedAway;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests the text and the thresholds of the note about connections that are closed right after the accept. */
class TurnedAwayClientsTest extends Examining {
    /** The inode of every listener that {@link accept4trace.event.RecordBuilder} makes. */
    private static final long LISTENER = 700;

    private void turnAway(long listener, int unread) {
        examination.add(new TurnedAway(listener, 1, 2, unread));
    }

    @Test
    void noteHasNumbers() {
        repeat(500, () -> add(connection(1)));
        repeat(3, () -> turnAway(LISTENER, 0));
        repeat(2, () -> turnAway(LISTENER, 5));
        Finding turnedAway = finding(Kind.TURNED_AWAY);

        assertEquals(
                "clients turned away on 0.0.0.0:443: 5 of 500 connections (1%) were closed within 100ms of the accept,"
                        + " without a read or a write",
                turnedAway.headline());
        assertTrue(turnedAway.remedy().startsWith("2 clients had already sent data. "), turnedAway.remedy());
        assertFalse(turnedAway.isFault());
        assertEquals("turned-away", turnedAway.kind().word());
        assertEquals(List.of(1), turnedAway.processes());
        assertEquals(Map.of("turned_away", 5L, "turned_away_unheard", 2L, "connections", 500L), turnedAway.numbers());
    }

    @Test
    void remedyOnlyMentionsDataIfThereWasAny() {
        repeat(5, () -> add(connection(1)));
        repeat(5, () -> turnAway(LISTENER, 0));
        assertTrue(finding(Kind.TURNED_AWAY).remedy().startsWith("The server has "));
    }

    @ParameterizedTest
    @CsvSource({"4, 4, false", "5, 5, true", "5, 500, true", "5, 501, false"})
    void noteHasThresholds(int turnedAway, int connections, boolean isNote) {
        repeat(connections, () -> add(connection(1)));
        repeat(turnedAway, () -> turnAway(LISTENER, 0));
        assertEquals(isNote ? 1 : 0, headlines().size(), headlines()::toString);
    }

    /** For example, the filters exclude the listener. */
    @Test
    void unknownListenersDoNotCount() {
        repeat(5, () -> add(connection(1)));
        repeat(5, () -> turnAway(LISTENER + 1, 0));
        assertEquals(List.of(), headlines());
    }
}
