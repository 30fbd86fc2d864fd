package accept4trace.format;

/**
 * Times to show for a call.
 *
 * @param stamp time of day of the entry
 * @param relative show the seconds since the entry of the previous call
 * @param durations show the duration of each call
 */
public record Times(Stamp stamp, boolean relative, boolean durations) {
    public static final Times NONE = new Times(Stamp.NONE, false, false);
    public static final Times DURATIONS = new Times(Stamp.NONE, false, true);

    /** Time stamps of strace's options -t, -tt and -ttt. */
    public enum Stamp {
        NONE,
        SECONDS,
        MICROSECONDS,
        EPOCH
    }
}
