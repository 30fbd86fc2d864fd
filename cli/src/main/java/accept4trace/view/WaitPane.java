package accept4trace.view;

import accept4trace.text.Units;
import accept4trace.view.Snapshot.Waits;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.jline.utils.AttributedString;

/** Shows how long connections waited in accept queues. */
final class WaitPane {
    private static final long MICRO = 1000;
    private static final long MILLI = 1000 * MICRO;
    private static final long SECOND = 1000 * MILLI;

    /** Upper bounds of the bars. One more bar counts all longer waits. */
    static final long[] BOUNDS_NS = {100 * MICRO, MILLI, 10 * MILLI, 100 * MILLI, SECOND};

    private static final int LABEL = 13;
    private static final int TIME = 7;
    private static final int BOUND = 8;
    private static final int COUNT = 11;

    private final Theme theme;
    private final int width;

    WaitPane(Theme theme, int width) {
        this.theme = theme;
        this.width = width;
    }

    List<AttributedString> lines(Snapshot snapshot) {
        List<AttributedString> lines = new ArrayList<>();
        lines.add(times("accept queue", "p50", "p90", "p99", "max", true));
        lines.add(times("last second", snapshot.recent().waits()));
        lines.add(times("since start", snapshot.whole().waits()));
        Waits all = snapshot.whole().waits();
        long most = LongStream.of(all.below()).max().orElse(0);
        for (int i = 0; i < all.below().length; i++) {
            lines.add(bar(i, all.below()[i], most));
        }
        return lines;
    }

    private AttributedString times(String label, Waits waits) {
        if (waits.count() == 0) {
            return times(label, "-", "-", "-", "-", false);
        }
        return times(
                label,
                Units.duration(waits.p50(), theme.isUtf8()),
                Units.duration(waits.p90(), theme.isUtf8()),
                Units.duration(waits.p99(), theme.isUtf8()),
                Units.duration(waits.max(), theme.isUtf8()),
                false);
    }

    private AttributedString times(String label, String p50, String p90, String p99, String max, boolean title) {
        Line line = new Line(theme).left(label, LABEL, title ? theme.title() : theme.plain());
        for (String time : List.of(p50, p90, p99, max)) {
            line.right(time, TIME, title ? theme.title() : theme.plain());
        }
        return line.end();
    }

    private AttributedString bar(int index, long count, long most) {
        String label = index < BOUNDS_NS.length ? "< " + bound(BOUNDS_NS[index]) : "longer";
        int room = width - BOUND - COUNT;
        return new Line(theme)
                .left(label, BOUND)
                .left(theme.bar(count, most, room), room, theme.bar())
                .right(Units.count(count), COUNT)
                .end();
    }

    private String bound(long ns) {
        return ns < MILLI ? ns / MICRO + (theme.isUtf8() ? "\u00b5s" : "us") : ns < SECOND ? ns / MILLI + "ms" : "1s";
    }
}
