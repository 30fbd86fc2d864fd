package accept4trace.format.lines;

import static accept4trace.format.SampleCalls.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import accept4trace.event.EventLayout.Via;
import accept4trace.event.RecordBuilder;
import accept4trace.format.FdDecoding;
import accept4trace.format.TextOptions;
import accept4trace.format.Times;
import accept4trace.format.Times.Stamp;
import accept4trace.text.Text;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StraceFormatterTest {
    private static final int NETNS = 531_840;
    private static final Set<FdDecoding> ALL = Set.of(FdDecoding.values());
    private static final String CALL =
            "accept4(" + LISTENER + ", " + DECODED4 + ", [128 => 16], SOCK_CLOEXEC|SOCK_NONBLOCK) = " + ACCEPTED;

    private static TextOptions options(Times times) {
        return new TextOptions(false, false, ALL, times, 40, true, false);
    }

    private static RecordBuilder accepted() {
        return tcp().addrlenIn(128)
                .addrlenOut(16)
                .userAddress(SOCKADDR4)
                .surroundings(NETNS, 42)
                .waited(4_100_000);
    }

    private static String line(TextOptions options, RecordBuilder record) {
        Text text = new Text(Text.Style.PLAIN_ASCII);
        new StraceFormatter(options, DETAILS, CLOCK, NETNS).format(text, record.decode());
        return text.toString();
    }

    @Test
    void showsOnlyWhatStraceShows() {
        assertEquals("1235  " + CALL + "\n", line(options(Times.NONE), accepted()));
    }

    @Test
    void timesPrecedeTheCall() {
        assertEquals(
                "1235  12:00:01 " + CALL + "\n", line(options(new Times(Stamp.SECONDS, false, false)), accepted()));
        assertEquals(
                "1235  12:00:01.000000 (+     0.000000) " + CALL + "\n",
                line(options(new Times(Stamp.MICROSECONDS, true, false)), accepted()));
        assertEquals(
                "1235  1783936801.000000 " + CALL + "\n",
                line(options(new Times(Stamp.EPOCH, false, false)), accepted()));
    }

    @Test
    void relativeTimesCountFromThePreviousLine() {
        StraceFormatter formatter =
                new StraceFormatter(options(new Times(Stamp.NONE, true, false)), DETAILS, CLOCK, NETNS);
        Text text = new Text();
        for (long start : new long[] {1_000_000_000L, 12_500_000_000L, 12_000_000_000L}) {
            formatter.format(text, accepted().beganAt(start).decode());
        }
        assertEquals(
                "1235       0.000000 " + CALL + "\n1235      11.500000 " + CALL + "\n1235       0.000000 " + CALL
                        + "\n",
                text.toString());
    }

    @Test
    void namesAndDurationsOnRequest() {
        TextOptions options = new TextOptions(true, false, ALL, Times.DURATIONS, 40, true, false);
        assertEquals("1235<worker> " + CALL + " <0.000012>\n", line(options, accepted()));
        assertEquals(
                "1235<worker> " + CALL + " <0.000012>\n",
                line(options, accepted().enterUnseen()));
        assertEquals(
                "1235<worker> " + CALL + " <unavailable>\n",
                line(options, accepted().enterLost()));
        assertTrue(line(options, accepted().exitLost()).endsWith(" <unavailable>\n"));
        assertTrue(line(options, accepted().bySeccomp()).endsWith(" <unavailable>\n"));
        assertTrue(line(options, accepted().via(Via.IO_URING)).endsWith(" <unavailable>\n"));
    }

    @Test
    void resultsOfShortCallsAreAligned() {
        assertEquals(
                "1235  accept4(-1, NULL, NULL, 0)        = -1 EBADF (Bad file descriptor)\n",
                line(options(Times.NONE), new RecordBuilder().fd(-1).ret(-9)));
    }

    @Test
    void addressesOfAnotherNamespaceAreNotShown() {
        assertEquals(
                "1235  accept4(6<TCP:[700]>, NULL, NULL, 0) = 9<TCP:[800]>\n",
                line(options(Times.NONE), tcp().arguments(0, 0, 0).surroundings(NETNS + 1, 42)));
    }

    /**
     * If strace could read the length at entry, it prints an address at exit. Otherwise, it prints a pointer at entry.
     * A killed call has no exit, so an address that strace would print at exit is missing.
     */
    @Test
    void killedCallHasTheArgumentsThatStracePrintsAtEntry() {
        assertEquals(
                "1235  accept4(" + LISTENER + ", NULL, NULL, 0) = ?\n",
                line(
                        options(Times.NONE),
                        listening().surroundings(NETNS, 42).ret(-512).killed()));
    }

    @Test
    void callWithUnseenExitIsUnfinished() {
        assertEquals(
                "1235  accept4(" + LISTENER + ",  <unfinished ...>) = ?\n",
                line(
                        options(Times.NONE),
                        listening()
                                .arguments(4096, 8192, 0)
                                .addrlenIn(16)
                                .surroundings(NETNS, 42)
                                .ret(-512)
                                .killed()));
    }

    @Test
    void exitsOfProcesses() {
        Text text = new Text();
        new StraceFormatter(options(Times.NONE), DETAILS, CLOCK, NETNS)
                .format(text, new RecordBuilder().processExit(9).decodeExit());
        assertEquals("1234  +++ killed by SIGKILL +++\n", text.toString());
    }
}
