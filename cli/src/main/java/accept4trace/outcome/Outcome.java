package accept4trace.outcome;

/**
 * How this process is going to end.
 *
 * @param status exit status, if {@code signal} is 0
 * @param signal the signal to die from, 0 = none
 */
public record Outcome(int status, int signal) {
    /** Returns the outcome of a process that ended with this wait(2) status. */
    public static Outcome ofWait(int status) {
        int signal = status & 0x7f;
        return signal == 0 ? status(status >> 8 & 0xff) : signal(signal);
    }

    public static Outcome status(int status) {
        return new Outcome(status, 0);
    }

    public static Outcome signal(int signal) {
        return new Outcome(0, signal);
    }
}
