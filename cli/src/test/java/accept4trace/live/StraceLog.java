package accept4trace.live;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Parses the completed accept4 and accept calls of each thread, in order, from a log of strace -f -o. */
final class StraceLog {
    /** Has groups for the text before the call, the thread in that text, and the call. */
    private static final Pattern LINE =
            Pattern.compile("((\\d+)(?:<.*?>)? +(?:[0-9:.]+ )?(?:\\(\\+ *[0-9.]+\\) )?)(.*)");

    private static final Pattern ACCEPT = Pattern.compile("accept4?\\(");
    private static final String UNFINISHED = " <unfinished ...>";
    private static final Pattern RESUMED = Pattern.compile("<\\.\\.\\. accept4? resumed>(.*)");
    /** The padding of short calls, which aligns results. */
    private static final Pattern PADDING = Pattern.compile("\\) += ");

    private final Map<Long, Line> unfinished = new HashMap<>();
    private final Map<Long, List<Line>> lines = new HashMap<>();

    /** A call. {@code joined}: strace had split it into two lines. {@code leader}: the text before the call. */
    record Line(String leader, String call, boolean joined) {
        /** Returns the call without the padding before the result. */
        String unpadded() {
            return PADDING.matcher(call).replaceFirst(") = ");
        }
    }

    static Map<Long, List<Line>> parse(List<String> lines) {
        StraceLog log = new StraceLog();
        lines.forEach(log::add);
        return log.lines;
    }

    static List<String> calls(List<Line> lines) {
        return lines.stream().map(Line::unpadded).toList();
    }

    private void add(String line) {
        Matcher matcher = LINE.matcher(line);
        if (matcher.matches()) {
            add(Long.parseLong(matcher.group(2)), matcher.group(1), matcher.group(3));
        }
    }

    private void add(long tid, String leader, String text) {
        Matcher resumed = RESUMED.matcher(text);
        if (resumed.matches()) {
            Line begun = unfinished.remove(tid);
            complete(tid, new Line(begun.leader, begun.call + resumed.group(1), true));
        } else if (ACCEPT.matcher(text).lookingAt() && text.endsWith(UNFINISHED)) {
            String call = text.substring(0, text.length() - UNFINISHED.length());
            unfinished.put(tid, new Line(leader, call, true));
        } else if (ACCEPT.matcher(text).lookingAt()) {
            complete(tid, new Line(leader, text, false));
        }
    }

    private void complete(long tid, Line line) {
        lines.computeIfAbsent(tid, key -> new ArrayList<>()).add(line);
    }
}
