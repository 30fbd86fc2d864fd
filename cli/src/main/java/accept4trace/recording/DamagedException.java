package accept4trace.recording;

/** Thrown if the content of a block is invalid. */
final class DamagedException extends Exception {
    private static final long serialVersionUID = 1;
}
