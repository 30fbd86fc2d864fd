package accept4trace.event;

/**
 * How a call began and ended. Times are CLOCK_MONOTONIC.
 *
 * @param enterNs the start of tracing if it began before; exitNs if its beginning is unknown
 * @param ret the new fd, a number of files, 0 or a negative errno; meaningless unless the call RETURNED
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
