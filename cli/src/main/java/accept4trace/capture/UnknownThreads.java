package accept4trace.capture;

/**
 * Threads of which it is unknown whether they were in a call when they became targets.
 *
 * @param unreadable /proc does not show in which system call they are
 * @param leftOut they are in a call, but the table of calls has no room for it
 */
public record UnknownThreads(int unreadable, int leftOut) {
    public static final UnknownThreads NONE = new UnknownThreads(0, 0);
}
