package accept4trace.capture;

/**
 * Counted in the kernel since the start.
 *
 * @param events events that never reached us because the ring buffer was full
 * @param entries calls whose entry was not remembered because too many were in flight; their lines lack the start
 * @param children processes that were not followed because there were too many
 */
public record Losses(long events, long entries, long children) {
    public static final Losses NONE = new Losses(0, 0, 0);
}
