package accept4trace.view;

import java.util.ArrayList;
import java.util.List;
import org.jline.utils.AttributedString;

/** Explains the keys and the terms. */
final class HelpPage {
    private static final int LABEL = 10;
    private static final List<String[]> WORDS = List.of(
            new String[] {"conns", "accepted connections; failed calls are counted as errors"},
            new String[] {"last s", "in the last second; others since the start or a reset (key z)"},
            new String[] {"accept", "how long connections had waited when they were accepted"},
            new String[] {"queue", "most connections seen waiting, and the limit of the queue"},
            new String[] {"oldest", "how long the oldest waiting connection has waited"},
            new String[] {"refused", "connections that found the queue full; - = unknown"},
            new String[] {"reset", "connections that waited when the listener was closed"},
            new String[] {"empty", "calls that found no connection (EAGAIN); no errors"},
            new String[] {"lost", "events lost because the ring buffer was full (see --buffer)"});

    private HelpPage() {}

    static List<AttributedString> lines(Theme theme) {
        List<AttributedString> lines = new ArrayList<>();
        for (Key key : Key.values()) {
            lines.add(entry(theme, key.label(), key.explanation()));
        }
        lines.add(AttributedString.EMPTY);
        for (String[] word : WORDS) {
            lines.add(entry(theme, word[0], word[1]));
        }
        return lines;
    }

    private static AttributedString entry(Theme theme, String label, String text) {
        return new Line(theme)
                .spaces(2)
                .left(label, LABEL, theme.title())
                .add(text)
                .end();
    }
}
