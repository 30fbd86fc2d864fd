package accept4trace.capture;

/** Thrown if a function of the native libraries fails. */
public final class CaptureException extends Exception {
    private static final long serialVersionUID = 1;

    private final FailureKind kind;
    private final String stage;
    private final int errno;
    private final String detail;

    /**
     * @param stage what was tried, e.g. "attach to syscalls:sys_enter_accept4"
     * @param errno positive errno, 0 = none
     * @param detail more about the cause, e.g. libbpf's last message; may be empty
     */
    public CaptureException(FailureKind kind, String stage, int errno, String detail) {
        super(stage);
        this.kind = kind;
        this.stage = stage;
        this.errno = errno;
        this.detail = detail;
    }

    /** Creates an exception of kind OTHER, whose hint depends on the errno. */
    public CaptureException(String stage, int errno, String detail) {
        this(FailureKind.OTHER, stage, errno, detail);
    }

    public FailureKind kind() {
        return kind;
    }

    public String stage() {
        return stage;
    }

    public int errno() {
        return errno;
    }

    public String detail() {
        return detail;
    }
}
