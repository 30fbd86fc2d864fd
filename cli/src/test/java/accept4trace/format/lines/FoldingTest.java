package accept4trace.format.lines;

import static accept4trace.format.SampleCalls.*;
import static org.junit.jupiter.api.Assertions.assertEquals;

import accept4trace.event.Losses;
import accept4trace.event.RecordBuilder;
import accept4trace.format.TextOptions;
import accept4trace.format.Times;
import accept4trace.summary.Run;
import accept4trace.text.Text;
import org.junit.jupiter.api.Test;

class FoldingTest {
    private static final long SECOND = 1_000_000_000L;
    private static final String EAGAIN =
            CALLER + "accept4(" + LISTENER + ", NULL, NULL, 0) = -1 EAGAIN (Resource temporarily unavailable)";

    private final Text out = new Text();
    private final Folding folding = new Folding(new TextFormatter(
            new TextOptions(true, false, TextOptions.DEFAULT.fds(), Times.NONE, 0, true, false), DETAILS, CLOCK));

    private void call(RecordBuilder record, double seconds) {
        folding.format(out, record.endedAt((long) (seconds * SECOND)).decode());
    }

    private static RecordBuilder eagain() {
        return listening().ret(-11);
    }

    private void assertShown(String... lines) {
        assertEquals(String.join("\n", lines) + "\n", out.toString());
    }

    @Test
    void firstCallIsShownImmediately() {
        call(eagain(), 2);
        call(eagain(), 2.1);
        assertShown(EAGAIN);
    }

    @Test
    void runIsReportedEverySecond() {
        call(eagain(), 2);
        call(eagain(), 2.5);
        call(eagain(), 3.2);
        call(eagain(), 3.3);
        folding.tick(out, 4 * SECOND);
        folding.tick(out, (long) (4.3 * SECOND));
        folding.tick(out, 9 * SECOND);
        assertShown(EAGAIN, CALLER + "... (x2 in 1.2s)", CALLER + "... (x1 in 0.1s)");
    }

    @Test
    void repetitionsHaveTheTimeOfTheLastCall() {
        Times epoch = new Times(Times.Stamp.EPOCH, false, false);
        Folding stamped = new Folding(new TextFormatter(
                new TextOptions(true, false, TextOptions.DEFAULT.fds(), epoch, 0, true, false), DETAILS, CLOCK));
        stamped.format(out, eagain().beganAt(SECOND).endedAt(SECOND).decode());
        stamped.format(out, eagain().beganAt(2 * SECOND).endedAt(2 * SECOND).decode());
        String last = new Text().seconds(CLOCK.epochNs(2 * SECOND)).toString();
        assertEquals(
                CALLER + last + " ... (x1 in 1.0s)",
                out.toString().lines().toList().get(1));
    }

    @Test
    void anotherCallOfTheThreadEndsTheRun() {
        call(eagain(), 2);
        call(eagain(), 2.5);
        call(eagain().fd(7), 2.6);
        call(tcp().arguments(0, 0, 0), 2.7);
        call(eagain(), 2.8);
        assertShown(
                EAGAIN,
                CALLER + "... (x1 in 0.5s)",
                EAGAIN.replace("(6<", "(7<"),
                CALLER + "accept4(" + LISTENER + ", NULL, NULL, 0) = " + ACCEPTED,
                EAGAIN);
    }

    /** A connection wakes several workers, and all but one fail to accept it. */
    @Test
    void callsOfOtherThreadsDoNotEndTheRun() {
        for (int turn = 0; turn < 3; turn++) {
            call(eagain(), 2 + turn * 0.1);
            call(eagain().thread(7), 2 + turn * 0.1);
            call(tcp().thread(8).arguments(0, 0, 0), 2 + turn * 0.1);
        }
        folding.tick(out, 4 * SECOND);
        String other = "[pid 7<worker>] ";
        String served = "[pid 8<worker>] accept4(" + LISTENER + ", NULL, NULL, 0) = " + ACCEPTED;
        assertShown(
                EAGAIN,
                EAGAIN.replace(CALLER, other),
                served,
                served,
                served,
                CALLER + "... (x2 in 0.2s)",
                other + "... (x2 in 0.2s)");
    }

    @Test
    void endOfProcessOrTraceEndsTheRun() {
        call(eagain(), 2);
        call(eagain(), 2.5);
        folding.format(out, new RecordBuilder().processExit(0).decodeExit());
        call(eagain(), 3);
        call(eagain(), 3.5);
        folding.summary(out, new Run(4, Losses.NONE, 1, null), 4 * SECOND);
        assertShown(
                EAGAIN,
                CALLER + "... (x1 in 0.5s)",
                "[pid 1234<nginx>] +++ exited with 0 +++",
                EAGAIN,
                CALLER + "... (x1 in 0.5s)");
    }

    @Test
    void lostConnectionsAreNotFolded() {
        RecordBuilder lost = tcp().arguments(0, 0, 0).ret(-14);
        call(lost, 2);
        call(lost, 2.1);
        assertEquals(
                2,
                out.toString().lines().filter(line -> line.contains("EFAULT")).count());
    }
}
