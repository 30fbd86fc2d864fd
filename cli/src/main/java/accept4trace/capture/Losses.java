package accept4trace.capture;

/**
 * Counted in the kernel since the start.
 *
 * @param events events that never reached us because the ring buffer was full
 * @param entries calls whose entry was not remembered because too many were in flight; their lines lack the start
 */
public record Losses(long events, long entries) {
    public static final Losses NONE = new Losses(0, 0);
}
