package accept4trace.recording;

/** Thrown if nothing can be read from a file. The message says why. */
public final class RecordingException extends Exception {
    private static final long serialVersionUID = 1;

    private final String hint;

    RecordingException(String why, String hint) {
        super(why);
        this.hint = hint;
    }

    public String hint() {
        return hint;
    }
}
