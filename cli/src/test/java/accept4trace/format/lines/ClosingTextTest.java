package accept4trace.format.lines;

import static accept4trace.format.SampleCalls.*;
import static org.junit.jupiter.api.Assertions.assertEquals;

import accept4trace.event.RecordBuilder;
import accept4trace.format.TextOptions;
import accept4trace.format.Times;
import accept4trace.format.Times.Stamp;
import accept4trace.text.Text;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ClosingTextTest {
    private static final TextOptions DETAILED =
            new TextOptions(false, true, Set.of(), new Times(Stamp.SECONDS, false, true), 0, true, true);

    private static String closed(RecordBuilder record, TextOptions options) {
        Text text = new Text();
        new Folding(new TextFormatter(options, DETAILS, CLOCK)).format(text, record.decodeClosing());
        return text.toString();
    }

    private static String gaveUp(RecordBuilder record, TextOptions options) {
        Text text = new Text();
        new Folding(new TextFormatter(options, DETAILS, CLOCK)).format(text, record.decodeGivenUp());
        return text.toString();
    }

    @Test
    void connectionsAreReset() {
        assertEquals(
                "[closed] 0.0.0.0:443 by 1234<nginx> waiting=7/511 reset=6\n",
                closed(listening().queue(7, 511).closed(6, 0, 0, false), TextOptions.DEFAULT));
    }

    @Test
    void clientsHaveLeftBefore() {
        assertEquals(
                "[closed] 0.0.0.0:443 by 1234<nginx> waiting=7/511 reset=2 left=5\n",
                closed(listening().queue(7, 511).closed(2, 0, 0, false).left(5), TextOptions.DEFAULT));
    }

    @Test
    void otherSocketsOfTheGroupTakeConnections() {
        assertEquals(
                "[closed] 0.0.0.0:443 by 1234<nginx> waiting=7/511 migrated=7 half-open=2\n",
                closed(listening().queue(7, 511).closed(0, 7, 2, false), TextOptions.DEFAULT));
    }

    @Test
    void theProcessEnds() {
        assertEquals(
                "[closed] \"/run/app.sock\" by 1234<nginx> waiting=0/4096 by=exit\n",
                closed(
                        new RecordBuilder().unixListener(PATH).queue(0, 4096).closed(0, 0, 0, true),
                        TextOptions.DEFAULT));
    }

    @Test
    void unknownValuesAreOmitted() {
        assertEquals(
                "[closed] 0.0.0.0:443 by 1234<nginx>\n",
                closed(listening().closed(0, 0, 0, false), TextOptions.DEFAULT));
        assertEquals("[gave-up] 0.0.0.0:443<-10.0.0.9:52684\n", gaveUp(tcp().gaveUp(), TextOptions.DEFAULT));
    }

    @Test
    void clientsGiveUp() {
        assertEquals(
                "[gave-up] 0.0.0.0:443<-10.0.0.77:52684 waited=2.100000 name=client.example\n",
                gaveUp(
                        listening()
                                .tcpPeer(SERVER4, 443, NAMED4, 52684)
                                .waited(2_100_000_000L)
                                .gaveUp(),
                        TextOptions.DEFAULT));
    }

    @Test
    void optionsApply() {
        assertEquals(
                "[closed] 12:00:01 0.0.0.0:443 by 1234 waiting=1/2 SO_REUSEPORT netns=4026531840\n",
                closed(
                        listening()
                                .queue(1, 2)
                                .options(true, false)
                                .surroundings((int) 4026531840L, 0)
                                .closed(0, 0, 0, false),
                        DETAILED));
        assertEquals(
                "[gave-up] 12:00:01 0.0.0.0:443<-10.0.0.9:52684 netns=4026531840\n",
                gaveUp(tcp().surroundings((int) 4026531840L, 0).gaveUp(), DETAILED));
    }
}
