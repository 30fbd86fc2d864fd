package accept4trace.format.tables;

import static org.junit.jupiter.api.Assertions.assertEquals;

import accept4trace.event.FamilyCoverage;
import accept4trace.event.Losses;
import accept4trace.event.RecordBuilder;
import accept4trace.event.RefusalBuilder;
import accept4trace.event.SampleLosses;
import accept4trace.summary.Statistics;
import accept4trace.text.Text;
import accept4trace.text.Units;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests the column for connections that were reset when their listener was closed. */
class ListenerTableTest {
    private static final String TITLES = "refused reset drops";
    private static final String WITHOUT = "refused drops wait";

    private final Statistics statistics = new Statistics();

    /** Returns the fifth to seventh column of each row. */
    private List<String> columns() {
        Text text = new Text(Text.Style.PLAIN_ASCII);
        ListenerTable.of(statistics, Units.SECOND_NS, 10, false).append(text);
        return text.toString()
                .lines()
                .map(line -> line.strip().split("  +"))
                .map(cells -> String.join(" ", Arrays.copyOfRange(cells, 4, 7)).replace("wait p50", "wait"))
                .toList();
    }

    private void close(int reset) {
        statistics.add(new RecordBuilder()
                .tcpListener(new byte[4], 443)
                .queue(7, 511)
                .closed(reset, 0, 0, false)
                .decodeClosing());
    }

    @Test
    void resetsHaveAColumn() {
        statistics.add(new RefusalBuilder().decode(), true);
        close(6);
        statistics.setClosings(FamilyCoverage.ALL.withLostClosings(Losses.NONE));
        assertEquals(List.of(TITLES, "- 0 -", "- 6 -"), columns());
    }

    @Test
    void lossesMakeTheNumberALowerBound() {
        close(6);
        statistics.setClosings(FamilyCoverage.ALL.withLostClosings(SampleLosses.losses(0, 0, 0, 0, 0, 0, 0, 1)));
        assertEquals(List.of(TITLES, "- >=6 -"), columns());
    }

    @Test
    void withoutResetsThereIsNoColumn() {
        statistics.add(new RefusalBuilder().decode(), true);
        close(0);
        statistics.setClosings(FamilyCoverage.ALL);
        assertEquals(List.of(WITHOUT, "- - -"), columns());
    }
}
