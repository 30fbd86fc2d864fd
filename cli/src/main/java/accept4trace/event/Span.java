package accept4trace.event;

/**
 * The entry and the exit of a call. Times are CLOCK_MONOTONIC, in nanoseconds.
 *
 * @param enterNs when the call was entered; if {@code beginning} is not SEEN, the start of tracing or when the call was
 *     first seen
 * @param exitNs when the call ended; if {@code ending} is MISSED, when the missing exit was noticed
 * @param ret the new fd, the number of ready files, 0 or a negative errno; undefined unless {@code ending} is RETURNED
 */
public record Span(long enterNs, Beginning beginning, long exitNs, Ending ending, long ret) {
    public boolean hasResult() {
        return ending == Ending.RETURNED;
    }

    boolean failed() {
        return hasResult() && ret < 0;
    }

    long durationNs() {
        return exitNs - enterNs;
    }
}
