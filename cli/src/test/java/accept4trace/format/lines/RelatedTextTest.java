package accept4trace.format.lines;

import static accept4trace.format.SampleCalls.*;
import static org.junit.jupiter.api.Assertions.assertEquals;

import accept4trace.event.RecordBuilder;
import accept4trace.format.TextOptions;
import accept4trace.text.Text;
import org.junit.jupiter.api.Test;

class RelatedTextTest {
    private static final int BIND = 2;
    private static final int LISTEN = 3;
    private static final int SELECT = 4;
    private static final int POLL = 6;
    private static final int EPOLL_PWAIT = 9;
    private static final int EPOLL_PWAIT2 = 10;
    /** An int argument of -1. The upper half of its register is arbitrary. */
    private static final long MINUS_ONE = 0xffffffffL;

    private static void assertLine(String expected, RecordBuilder record) {
        Text text = new Text(Text.Style.PLAIN_ASCII);
        new TextFormatter(TextOptions.DEFAULT, DETAILS, CLOCK).format(text, record.decodeRelated());
        assertEquals(CALLER + expected + "\n", text.toString());
    }

    @Test
    void bindShowsRequestedAndActualAddress() {
        assertLine(
                "bind(" + LISTENER + ", " + DECODED4 + ", 16) = 0 <0.000012>",
                listening().related(BIND, 6, BUFFER, 16).userAddress(SOCKADDR4));
        assertLine(
                "bind(6, 0x7ffc12345678, -1) = -1 EFAULT (Bad address) <0.000012>",
                new RecordBuilder().related(BIND, 6, BUFFER, MINUS_ONE).ret(-14));
        assertLine(
                "bind(6, NULL, 0) = ? <0.000012>",
                new RecordBuilder().related(BIND, 6, 0, 0).killed());
    }

    @Test
    void listenShowsTheEffectiveBacklog() {
        assertLine(
                "listen(" + LISTENER + ", 70000) = 0 <0.000012> queue=0/4096",
                listening().related(LISTEN, 6, 70000).queue(0, 4096));
    }

    @Test
    void waitShowsTheReadyListener() {
        assertLine(
                "epoll_pwait(8<anon_inode:[eventpoll]>, [...], 512, -1, NULL, 8) = 1 <>=0.000012> ready=" + LISTENER,
                listening()
                        .related(EPOLL_PWAIT, 8, BUFFER, 512, MINUS_ONE, 0, 8)
                        .ready(1)
                        .ret(1)
                        .enterUnseen());
        assertLine(
                "epoll_pwait2(8<anon_inode:[eventpoll]>, [...], 512, {...}, [...], 8) = 5 <0.000012> ready=" + LISTENER
                        + "+2",
                listening()
                        .related(EPOLL_PWAIT2, 8, BUFFER, 512, BUFFER, BUFFER, 8)
                        .ready(3)
                        .ret(5));
        assertLine(
                "poll([...], 2, -1) = 1 <0.000012> ready=" + LISTENER,
                listening().related(POLL, BUFFER, 2, MINUS_ONE).ready(1).ret(1));
        assertLine(
                "select(7, [...], NULL, NULL, {...}) = 1 <0.000012> ready=" + LISTENER,
                listening().related(SELECT, 7, BUFFER, 0, 0, BUFFER).ready(1).ret(1));
    }
}
