package accept4trace.outcome;

/** An error to report to the user: one line on what failed and why, one line with a hint, and the exit status. */
public final class UserError extends Exception {
    private static final long serialVersionUID = 1;

    private final int status;
    private final String message;
    private final String hint;

    public UserError(int status, String message, String hint) {
        super(message);
        this.status = status;
        this.message = message;
        this.hint = hint;
    }

    public static UserError usage(String message) {
        return new UserError(ExitStatus.USAGE, message, "accept4-trace -h lists the options");
    }

    @Override
    public String getMessage() {
        return message;
    }

    public int status() {
        return status;
    }

    public String hint() {
        return hint;
    }
}
