package accept4trace.format.lines;

import static accept4trace.format.SampleCalls.*;
import static org.junit.jupiter.api.Assertions.assertEquals;

import accept4trace.event.RefusalBuilder;
import accept4trace.event.RefusedAttempt;
import accept4trace.options.Arguments;
import accept4trace.text.Text;
import org.junit.jupiter.api.Test;

class RefusedTextTest {
    private static String line(RefusedAttempt attempt, String... options) throws Exception {
        String[] all = new String[options.length + 1];
        all[0] = "--all";
        System.arraycopy(options, 0, all, 1, options.length);
        Text text = new Text(Text.Style.PLAIN_ASCII);
        new TextFormatter(Arguments.parse(all).output().text(), DETAILS, CLOCK).format(text, attempt);
        return text.toString();
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
}
