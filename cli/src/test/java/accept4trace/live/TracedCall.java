package accept4trace.live;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assertions;

/** A line in text format: the thread, and the text of the call with its result and additions, e.g. the duration. */
record TracedCall(long tid, String comm, String text) {
    private static final Pattern LINE = Pattern.compile("\\[pid (\\d+)<(.*?)>\\] ([a-z0-9_]+\\(.*)");
    private static final Pattern PROCESS_END = Pattern.compile(".*\\+\\+\\+ (exited with|killed by) .* \\+\\+\\+");
    private static final Pattern DURATION = Pattern.compile(" <(>=)?\\d+\\.\\d{6}>");
    /** Marks a call for which the kernel has skipped the BPF program at the entry or at the exit. */
    private static final Pattern HALF = Pattern.compile(" <\\?>");

    private static final Pattern WAIT = Pattern.compile(" wait=(\\d+\\.\\d{6})\\b");

    /** Parses the lines of calls. Skips lines about ended processes; any other line fails the test. */
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

    /** Returns the text with T for each measured time. */
    String unmeasured() {
        Matcher duration = DURATION.matcher(text);
        String marked = duration.replaceFirst(isOlderThanTracer() ? " <>=T>" : " <T>");
        return WAIT.matcher(marked).replaceFirst(" wait=T");
    }

    /** Returns {@link #unmeasured}, preceded by the thread. */
    String unmeasuredLine() {
        return "[pid " + tid + "<" + comm + ">] " + unmeasured();
    }

    /** Returns the call and its result, without additions. */
    String call() {
        for (Pattern end : List.of(DURATION, HALF)) {
            Matcher found = end.matcher(text);
            if (found.find()) {
                return text.substring(0, found.start());
            }
        }
        return text;
    }

    /** Returns whether the kernel skipped the BPF program at the entry or at the exit. */
    boolean isHalf() {
        return HALF.matcher(text).find();
    }

    /** Returns whether the kernel skipped the BPF program at the exit, so that the line has no result. */
    boolean hasNoResult() {
        return isHalf() && text.contains(") = ?");
    }

    /** Returns whether the call was in progress when tracing began, so that the shown duration is a lower bound. */
    boolean isOlderThanTracer() {
        Matcher duration = DURATION.matcher(text);
        return duration.find() && duration.group(1) != null;
    }

    /** Returns the time in the accept queue, in seconds. */
    double queueWait() {
        Matcher matcher = WAIT.matcher(text);
        Assertions.assertTrue(matcher.find(), () -> "has no wait=: " + text);
        return Double.parseDouble(matcher.group(1));
    }
}
