package accept4trace.outcome;

/** Exit statuses, as documented in the manual page. */
public final class ExitStatus {
    public static final int OK = 0;
    public static final int FAILURE = 1;
    public static final int USAGE = 2;
    public static final int LOST_EVENTS = 3;
    public static final int FOUND = 4;
    public static final int COMMAND_NOT_RUNNABLE = 126;
    public static final int COMMAND_NOT_FOUND = 127;

    private ExitStatus() {}
}
