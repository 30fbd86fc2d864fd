package accept4trace.format;

/**
 * When a call began, as shown before it.
 *
 * @param stamp its time of day
 * @param relative seconds since the call before it began
 */
public record Times(Stamp stamp, boolean relative) {
    public static final Times NONE = new Times(Stamp.NONE, false);

    /** strace's -t, -tt and -ttt. */
    public enum Stamp {
        NONE,
        SECONDS,
        MICROSECONDS,
        EPOCH
    }
}
