package accept4trace.outcome;

/**
 * How this process shall end.
 *
 * @param status exit status, unless there is a signal
 * @param signal end by this signal, 0 = none
 */
public record Outcome(int status, int signal) {
    /** How a process has ended, by its status as wait(2) gives it. */
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
