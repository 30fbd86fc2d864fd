package accept4trace.live;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assertions;

/** A line of the tool's text format: the thread, and the call with what follows it. */
record TracedCall(long tid, String comm, String text) {
    private static final Pattern LINE = Pattern.compile("\\[pid (\\d+)<(.*?)>\\] ([a-z0-9_]+\\(.*)");
    private static final Pattern PROCESS_END = Pattern.compile(".*\\+\\+\\+ (exited with|killed by) .* \\+\\+\\+");
    private static final Pattern DURATION = Pattern.compile(" <(>=)?\\d+\\.\\d{6}>");
    /** The kernel has skipped the program at the entry or exit. */
    private static final Pattern HALF = Pattern.compile(" <\\?>");

    private static final Pattern WAIT = Pattern.compile(" wait=(\\d+\\.\\d{6})\\b");

    /** The calls among the lines; the only other lines tell of processes that ended. */
    static List<TracedCall> parseAll(List<String> lines) {
        return lines.stream()
                .filter(line -> !PROCESS_END.matcher(line).matches())
                .map(TracedCall::parse)
                .toList();
    }

    private static TracedCall parse(String line) {
        Matcher matcher = LINE.matcher(line);
        Assertions.assertTrue(matcher.matches(), () -> "not the line of a call: " + line);
        return new TracedCall(Long.parseLong(matcher.group(1)), matcher.group(2), matcher.group(3));
    }

    /** The text with T for each time that was measured. */
    String unmeasured() {
        Matcher duration = DURATION.matcher(text);
        String marked = duration.replaceFirst(isOlderThanTracer() ? " <>=T>" : " <T>");
        return WAIT.matcher(marked).replaceFirst(" wait=T");
    }

    /** The same with the thread before it. */
    String unmeasuredLine() {
        return "[pid " + tid + "<" + comm + ">] " + unmeasured();
    }

    /** The call and its result, without what the tracer adds. */
    String call() {
        for (Pattern end : List.of(DURATION, HALF)) {
            Matcher found = end.matcher(text);
            if (found.find()) {
                return text.substring(0, found.start());
            }
        }
        return text;
    }

    /** Of a half call that lacks its exit. */
    boolean hasNoResult() {
        return HALF.matcher(text).find() && text.contains(") = ?");
    }

    /** A call that was going on when the tracer came: of its duration only a lower bound is known. */
    boolean isOlderThanTracer() {
        Matcher duration = DURATION.matcher(text);
        return duration.find() && duration.group(1) != null;
    }

    /** Seconds in the accept queue. */
    double queueWait() {
        Matcher matcher = WAIT.matcher(text);
        Assertions.assertTrue(matcher.find(), () -> "tells no wait: " + text);
        return Double.parseDouble(matcher.group(1));
    }
}
