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

    private static final String MORE =
            CALLER + "accept4(" + LISTENER + ", ...) = -1 EAGAIN (Resource temporarily unavailable) ";

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
    void firstTwoCallsAreShownImmediately() {
        call(eagain(), 2);
        call(eagain(), 2.1);
        call(eagain(), 2.2);
        assertShown(EAGAIN, EAGAIN);
    }

    @Test
    void runIsReportedEverySecond() {
        call(eagain(), 2);
        call(eagain(), 2.4);
        call(eagain(), 2.5);
        call(eagain(), 3.6);
        call(eagain(), 3.7);
        call(eagain(), 3.8);
        folding.tick(out, 4 * SECOND);
        folding.tick(out, (long) (4.6 * SECOND));
        folding.tick(out, 9 * SECOND);
        assertShown(EAGAIN, EAGAIN, MORE + "(x2 in 1.2s)", MORE + "(x2 in 0.2s)");
    }

    @Test
    void singleRepetitionIsShownAsItself() {
        call(eagain(), 2);
        call(eagain(), 2.1);
        call(eagain(), 2.2);
        folding.tick(out, 9 * SECOND);
        assertShown(EAGAIN, EAGAIN, EAGAIN);
    }

    /**
     * The stack of a repeated call is not kept. On a line of its own, the call would seem to have had no stack, so it
     * is only counted.
     */
    @Test
    void repetitionThatHadAStackIsCounted() {
        call(eagain(), 2);
        call(eagain(), 2.1);
        call(eagain().stack(8, (byte) 1), 2.2);
        folding.tick(out, 9 * SECOND);
        assertShown(EAGAIN, EAGAIN, MORE + "(x1 in 0.1s)");
    }

    /** A thread of process 77 has reused the id of a thread that has ended. */
    @Test
    void otherProcessBeginsANewRun() {
        call(eagain(), 2);
        call(eagain(), 2.1);
        call(eagain().process(77), 2.2);
        call(eagain().process(77), 2.3);
        assertEquals(4, out.toString().lines().count());
    }

    @Test
    void repetitionsHaveTheTimeOfTheLastCall() {
        Times epoch = new Times(Times.Stamp.EPOCH, false, false);
        Folding stamped = new Folding(new TextFormatter(
                new TextOptions(true, false, TextOptions.DEFAULT.fds(), epoch, 0, true, false), DETAILS, CLOCK));
        for (long ns = 0; ns < SECOND; ns += SECOND / 4) {
            stamped.format(out, eagain().beganAt(ns).endedAt(ns).decode());
        }
        stamped.tick(out, 9 * SECOND);
        String last = new Text().seconds(CLOCK.epochNs(SECOND * 3 / 4)).toString();
        assertEquals(
                MORE.replace(CALLER, CALLER + last + " ") + "(x2 in 0.5s)",
                out.toString().lines().toList().get(2));
    }

    @Test
    void anotherCallOfTheThreadEndsTheRun() {
        for (int i = 0; i < 4; i++) {
            call(eagain(), 2 + i * 0.1);
        }
        call(eagain().fd(7), 2.6);
        call(tcp().arguments(0, 0, 0), 2.7);
        call(eagain(), 2.8);
        assertShown(
                EAGAIN,
                EAGAIN,
                MORE + "(x2 in 0.2s)",
                EAGAIN.replace("(6<", "(7<"),
                CALLER + "accept4(" + LISTENER + ", NULL, NULL, 0) = " + ACCEPTED,
                EAGAIN);
    }

    /** A connection wakes several workers, and all but one fail to accept it. */
    @Test
    void callsOfOtherThreadsDoNotEndTheRun() {
        for (int turn = 0; turn < 4; turn++) {
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
                EAGAIN,
                EAGAIN.replace(CALLER, other),
                served,
                served,
                served,
                MORE + "(x2 in 0.2s)",
                MORE.replace(CALLER, other) + "(x2 in 0.2s)");
    }

    @Test
    void endOfProcessOrTraceEndsTheRun() {
        for (int i = 0; i < 4; i++) {
            call(eagain(), 2 + i * 0.1);
        }
        folding.format(out, new RecordBuilder().processExit(0).decodeExit());
        for (int i = 0; i < 4; i++) {
            call(eagain(), 3 + i * 0.1);
        }
        folding.summary(out, new Run(8, Losses.NONE, 1, null), 4 * SECOND);
        assertShown(
                EAGAIN,
                EAGAIN,
                MORE + "(x2 in 0.2s)",
                "[pid 1234<nginx>] +++ exited with 0 +++",
                EAGAIN,
                EAGAIN,
                MORE + "(x2 in 0.2s)");
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
