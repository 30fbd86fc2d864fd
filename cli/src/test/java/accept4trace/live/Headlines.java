package accept4trace.live;

import java.util.ArrayList;
import java.util.List;

/**
 * Extracts the headlines of the findings from a diagnosis in text format. A headline can continue in indented lines.
 * The remedy below it is indented further.
 */
final class Headlines {
    private static final int REMEDY_COLUMN = 8;

    private Headlines() {}

    /** Returns each headline in one line, without the number in brackets before it. */
    static List<String> of(List<String> lines) {
        List<String> headlines = new ArrayList<>();
        boolean within = false;
        for (String line : lines) {
            if (line.matches("\\[\\d+\\] .*|note: .*")) {
                headlines.add(line.replaceFirst("^\\[\\d+\\] ", ""));
                within = true;
            } else if (within && !line.isEmpty() && !line.startsWith(" ".repeat(REMEDY_COLUMN))) {
                headlines.add(headlines.remove(headlines.size() - 1) + " " + line.strip());
            } else {
                within = false;
            }
        }
        return headlines;
    }
}
