package accept4trace.live;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What strace wrote with -f and -o: the completed accept4 calls of each thread, in order. */
final class StraceLog {
    private static final Pattern LINE = Pattern.compile("(\\d+) +(.*)");
    private static final String UNFINISHED = " <unfinished ...>";
    private static final Pattern RESUMED = Pattern.compile("<\\.\\.\\. accept4 resumed>(.*)");
    /** Short calls are padded so that results stand in a column. */
    private static final Pattern PADDING = Pattern.compile("\\) += ");

    private final Map<Long, String> unfinished = new HashMap<>();
    private final Map<Long, List<String>> calls = new HashMap<>();

    static Map<Long, List<String>> calls(List<String> lines) {
        StraceLog log = new StraceLog();
        lines.forEach(log::add);
        return log.calls;
    }

    private void add(String line) {
        Matcher matcher = LINE.matcher(line);
        if (matcher.matches()) {
            add(Long.parseLong(matcher.group(1)), matcher.group(2));
        }
    }

    private void add(long tid, String text) {
        Matcher resumed = RESUMED.matcher(text);
        if (resumed.matches()) {
            complete(tid, unfinished.remove(tid) + resumed.group(1));
        } else if (text.startsWith("accept4(") && text.endsWith(UNFINISHED)) {
            unfinished.put(tid, text.substring(0, text.length() - UNFINISHED.length()));
        } else if (text.startsWith("accept4(")) {
            complete(tid, text);
        }
    }

    private void complete(long tid, String call) {
        String unpadded = PADDING.matcher(call).replaceFirst(") = ");
        calls.computeIfAbsent(tid, key -> new ArrayList<>()).add(unpadded);
    }
}
