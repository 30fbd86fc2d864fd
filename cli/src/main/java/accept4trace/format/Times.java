package accept4trace.format;

/**
 * Which times of a call are shown.
 *
 * @param stamp the time of day when it began
 * @param relative seconds since the call before it began
 * @param durations how long each call took
 */
public record Times(Stamp stamp, boolean relative, boolean durations) {
    public static final Times NONE = new Times(Stamp.NONE, false, false);
    public static final Times DURATIONS = new Times(Stamp.NONE, false, true);

    /** strace's -t, -tt and -ttt. */
    public enum Stamp {
        NONE,
        SECONDS,
        MICROSECONDS,
        EPOCH
    }
}
