package accept4trace.diagnose;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import accept4trace.diagnose.Finding.Kind;
import accept4trace.event.RecordBuilder;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests the thresholds of the note about late handshakes, and which findings replace the note. */
class LateHandshakesTest extends Examining {
    private static RecordBuilder handshake(int synacks) {
        return connection(1).waited(1_000).queue(0, 511).synacks(synacks, 20);
    }

    @Test
    void headlinesUseTheUnitsOfTheLocale() {
        Examination utf8 = new Examination(facts, true);
        repeat(5, () -> utf8.add(handshake(1).decode(decoder)));
        String headline = utf8.diagnosis(SECOND, null, "").findings().stream()
                .filter(finding -> finding.kind() == Kind.LATE_HANDSHAKE)
                .findFirst()
                .orElseThrow()
                .headline();
        assertTrue(headline.endsWith("; waits p50 1.0\u00b5s, p99 1.0\u00b5s"), headline);
    }

    @Test
    void noteHasNumbers() {
        repeat(395, () -> add(handshake(0)));
        repeat(5, () -> add(handshake(2)));
        Finding late = finding(Kind.LATE_HANDSHAKE);

        assertEquals(
                "late handshakes on 0.0.0.0:443: SYN-ACKs were sent again to 5 of 400 clients (1%); waits p50 1.0us,"
                        + " p99 1.0us",
                late.headline());
        assertFalse(late.isFault());
        assertEquals("late-handshake", late.kind().word());
        assertEquals(List.of(1), late.processes());
        assertEquals(
                Map.of("late_handshakes", 5L, "handshakes", 400L, "wait_p50_ns", 1_000L, "wait_p99_ns", 1_000L),
                late.numbers());
    }

    @ParameterizedTest
    @CsvSource({"4, 0, false", "5, 0, true", "5, 495, true", "5, 496, false"})
    void noteHasThresholds(int late, int onTime, boolean isNote) {
        repeat(late, () -> add(handshake(1)));
        repeat(onTime, () -> add(handshake(0)));
        assertEquals(isNote ? 1 : 0, headlines().size(), headlines()::toString);
    }

    /** With a SYN cookie, the kernel does not know how often it has sent a SYN-ACK. */
    @Test
    void unknownHandshakesDoNotCount() {
        repeat(1000, () -> add(connection(1).waited(1_000).queue(0, 511)));
        repeat(5, () -> add(handshake(1)));
        assertEquals(5, finding(Kind.LATE_HANDSHAKE).numbers().get("handshakes"));
    }

    /** With TCP_DEFER_ACCEPT, SYN-ACKs are also sent again to clients that are connected but send nothing. */
    @Test
    void deferredHandshakesDoNotCount() {
        repeat(100, () -> add(handshake(1).halfOpen(0).defers()));
        assertEquals(List.of(), headlines());
    }

    /**
     * If the queue is full, the kernel ignores the last ACK of a handshake, and sends its SYN-ACK again, so the finding
     * about the queue replaces the note.
     */
    @Test
    void fullQueueExplainsLateHandshakes() {
        repeat(100, () -> add(handshake(1)));
        add(handshake(1).queue(511, 511));
        assertEquals(
                List.of("accept queue of 0.0.0.0:443 is filling: 511 of 511 waited; waits p50 1.0us, p99 1.0us"),
                headlines());
    }

    @Test
    void slowAcceptsExplainLateHandshakes() {
        repeat(100, () -> add(handshake(1).waited(SECOND)));
        assertEquals(Kind.SLOW, diagnosis().findings().get(0).kind());
        assertEquals(1, headlines().size(), headlines()::toString);
    }
}
