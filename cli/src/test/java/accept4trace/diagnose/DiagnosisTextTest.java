package accept4trace.diagnose;

import static accept4trace.event.SampleLosses.losses;
import static accept4trace.format.SampleCalls.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import accept4trace.diagnose.Diagnosis.WakeUps;
import accept4trace.diagnose.Finding.Kind;
import accept4trace.diagnose.Finding.Severity;
import accept4trace.event.Losses;
import accept4trace.summary.Run;
import accept4trace.summary.Statistics;
import accept4trace.text.Text;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DiagnosisTextTest {
    private static final long SECOND = 1_000_000_000;

    private static final List<String> NGINX = List.of("nginx");

    private static Finding finding(Severity severity, String headline, String remedy) {
        return new Finding(Kind.HERD, severity, null, List.of(), headline, remedy, Map.of());
    }

    private static String text(Diagnosis diagnosis, Losses losses, Text.Style style) {
        Statistics statistics = new Statistics();
        if (diagnosis.processes() > 0) {
            statistics.add(tcp().waited(38_000).queue(3, 511).decode());
            statistics.add(listening().ret(-11).decode());
        }
        Text text = new Text(style);
        new DiagnosisText(60).append(text, diagnosis, new Run(2, losses, 10 * SECOND, statistics));
        return text.toString();
    }

    private static String text(Diagnosis diagnosis) {
        return text(diagnosis, Losses.NONE, Text.Style.PLAIN_ASCII);
    }

    @Test
    void incompleteNumbersHaveAReason() {
        Diagnosis healthy = new Diagnosis(List.of(), NGINX, 4, new WakeUps(100, 48), null, null, "");
        String skipped = text(healthy, losses(0, 0, 1, 2, 3, 4, 1, 5, 6), Text.Style.PLAIN_ASCII);
        assertTrue(
                skipped.replaceAll("\\s+", " ")
                        .contains(
                                "the numbers are incomplete: at most 2 calls are missing, at most 4 processes were not"
                                        + " followed, at most 1 refused packet is missing, at most 5 closed listeners are"
                                        + " missing, at most 6 clients turned away are missing"),
                skipped);
    }

    @Test
    void findingsNotesAndNumbers() {
        Finding fault = finding(
                Severity.WASTE,
                "thundering herd on 0.0.0.0:443: 48% of wake-ups found no connection",
                "4 processes wait for it. Add it to epoll with EPOLLEXCLUSIVE.");
        Finding note = finding(Severity.NOTE, "uneven shares", "By nature, and no fault.");
        assertEquals(
                """
                1 finding in 10.0 s on 4 processes (nginx)

                [1] thundering herd on 0.0.0.0:443: 48% of wake-ups found no
                    connection
                        4 processes wait for it. Add it to epoll with
                        EPOLLEXCLUSIVE.

                note: uneven shares
                        By nature, and no fault.

                2 accepts, 1 connection (0.1/s), 100 wake-ups, 48 without a
                connection
                waits in the accept queue: p50 38us, p99 38us; queue at most
                3 of 511
                not seen on this kernel: accepts by io_uring
                the numbers are incomplete: 5 events were lost (a larger
                --buffer holds longer bursts)
                """,
                text(
                        new Diagnosis(
                                List.of(fault, note), NGINX, 4, new WakeUps(100, 48), "accepts by io_uring", null, ""),
                        losses(5, 0, 0, 0, 0, 0, 0),
                        Text.Style.PLAIN_ASCII));
    }

    /** The low byte of U+011B is that of ESC. A recording by a stranger can contain such a letter. */
    @Test
    void lettersDoNotBecomeControlCharacters() {
        Finding fault = finding(Severity.WASTE, "\u011b[31m", "\u011b[32m");
        Diagnosis diagnosis = new Diagnosis(List.of(fault), NGINX, 1, new WakeUps(1, 0), "\u011b[33m", null, "");
        String text = text(diagnosis, Losses.NONE, new Text.Style(true, false));
        assertTrue(text.contains("\n[1] \u011b[31m\n        \u011b[32m\n"), text);
        assertTrue(text.endsWith("\nnot seen on this kernel: \u011b[33m\n"), text);
    }

    @Test
    void noFindings() {
        assertEquals(
                """
                nothing wrong found in 10.0 s on 1 process (nginx)

                2 accepts, 1 connection (0.1/s), 1 wake-up, 0 without a
                connection
                waits in the accept queue: p50 38us, p99 38us; queue at most
                3 of 511
                """,
                text(new Diagnosis(List.of(), NGINX, 1, new WakeUps(1, 0), null, null, "")));
    }

    @Test
    void waitsInAUtf8Locale() {
        String text = text(
                new Diagnosis(List.of(), NGINX, 1, new WakeUps(1, 0), null, null, ""),
                Losses.NONE,
                new Text.Style(true, false));
        assertTrue(text.contains("p50 38\u00b5s, p99 38\u00b5s"), text);
    }

    @Test
    void noWaitsWithoutConnections() {
        Text text = new Text();
        Statistics statistics = new Statistics();
        statistics.add(listening().ret(-11).decode());
        new DiagnosisText(80)
                .append(
                        text,
                        new Diagnosis(List.of(), NGINX, 1, new WakeUps(0, 0), null, null, ""),
                        new Run(1, Losses.NONE, 10 * SECOND, statistics));
        assertTrue(
                text.toString().endsWith("\n1 accept, 0 connections (0.0/s), 0 wake-ups, 0 without a connection\n"),
                text::toString);
    }

    @Test
    void idleServer() {
        Text text = new Text();
        new DiagnosisText(80)
                .append(
                        text,
                        new Diagnosis(List.of(), NGINX, 1, new WakeUps(0, 0), null, null, "no call yet: 7 listens"),
                        new Run(0, Losses.NONE, 10 * SECOND, new Statistics()));
        assertEquals(
                """
                nothing wrong found in 10.0 s on 1 process (nginx)

                no call yet: 7 listens
                """,
                text.toString());
    }

    @Test
    void noCalls() {
        assertEquals(
                """
                nothing to diagnose: no call in 10.0 s

                1234 listens, but no client has connected
                """,
                text(new Diagnosis(
                        List.of(),
                        List.of(),
                        0,
                        new WakeUps(0, 0),
                        null,
                        null,
                        "1234 listens, but no client has connected")));
    }

    @Test
    void findingWithoutCalls() {
        Finding fault = finding(Severity.FAILURE, "connections thrown away", "Accept them first.");
        assertEquals(
                """
                1 finding in 10.0 s

                [1] connections thrown away
                        Accept them first.

                no call yet: 12 has ended
                """,
                text(new Diagnosis(
                        List.of(fault), List.of(), 0, new WakeUps(0, 0), null, null, "no call yet: 12 has ended")));
    }

    @Test
    void manyPrograms() {
        assertTrue(text(new Diagnosis(
                        List.of(), List.of("a", "b", "c", "d", "e", "f"), 6, new WakeUps(0, 0), null, null, ""))
                .startsWith("nothing wrong found in 10.0 s on 6 processes (a, b, c, d and\n2 more)\n"));
    }

    @Test
    void headlinesHaveColors() {
        Finding fault = finding(Severity.WASTE, "herd", "Change it.");
        assertTrue(text(
                        new Diagnosis(List.of(fault), NGINX, 1, new WakeUps(1, 1), null, null, ""),
                        Losses.NONE,
                        new Text.Style(false, true))
                .contains("\n\u001b[31m[1] herd\n\u001b[0m        Change it.\n"));
    }
}
