package accept4trace.format.lines;

import static accept4trace.format.SampleCalls.*;
import static org.junit.jupiter.api.Assertions.assertEquals;

import accept4trace.event.RefusalBuilder;
import accept4trace.event.RefusedAttempt;
import accept4trace.event.RefusedUnixClient;
import accept4trace.event.UnixRefusalBuilder;
import accept4trace.options.Arguments;
import accept4trace.text.Text;
import org.junit.jupiter.api.Test;

class RefusedTextTest {
    private static String line(RefusedAttempt attempt, String... options) throws Exception {
        Text text = new Text(Text.Style.PLAIN_ASCII);
        formatter(options).format(text, attempt);
        return text.toString();
    }

    private static String line(RefusedUnixClient client, String... options) throws Exception {
        Text text = new Text(Text.Style.PLAIN_ASCII);
        formatter(options).format(text, client);
        return text.toString();
    }

    private static TextFormatter formatter(String... options) throws Exception {
        String[] all = new String[options.length + 1];
        all[0] = "--all";
        System.arraycopy(options, 0, all, 1, options.length);
        return new TextFormatter(Arguments.parse(all).output().text(), DETAILS, CLOCK);
    }

    @Test
    void listenerClientQueueAndPackets() throws Exception {
        assertEquals(
                "[refused] 0.0.0.0:8077<-10.0.0.9:51100 queue=6/5 at=syn packets=4\n",
                line(new RefusalBuilder().attempt(4, 3)));
        assertEquals(
                "[refused] 0.0.0.0:8077<-10.0.0.9:51100 at=ack packets=1\n",
                line(new RefusalBuilder().atAck().withoutQueue().attempt(1, 0)));
    }

    @Test
    void optionsOfLines() throws Exception {
        RefusedAttempt attempt = new RefusalBuilder().attempt(2, 1);
        assertEquals(
                "[refused] 12:00:01 0.0.0.0:8077<-10.0.0.9:51100 queue=6/5 at=syn packets=2\n", line(attempt, "-t"));
        assertEquals(
                "[refused] 0.0.0.0:8077<-10.0.0.9:51100 queue=6/5 at=syn packets=2 netns=7\n", line(attempt, "-v"));
    }

    @Test
    void unixClient() throws Exception {
        assertEquals(
                "[refused] \"/run/app.sock\"<-812<php> queue=6/5 error=EAGAIN connects=4\n",
                line(new UnixRefusalBuilder().client(4, 3)));
        assertEquals(
                "[refused] @\"app\"<-812<php> error=EAGAIN connects=1\n",
                line(new UnixRefusalBuilder().named("\0app").withoutQueue().client(1, 0)));
        assertEquals(
                "[refused] 12:00:01 \"/run/app.sock\"<-812<php> queue=6/5 error=EAGAIN connects=2 netns=7\n",
                line(new UnixRefusalBuilder().client(2, 1), "-t", "-v"));
    }
}
