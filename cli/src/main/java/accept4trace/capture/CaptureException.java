package accept4trace.capture;

/** A failure of the native side. */
public final class CaptureException extends Exception {
    private static final long serialVersionUID = 1;

    private final FailureKind kind;
    private final String stage;
    private final int errno;
    private final String detail;

    /**
     * @param stage what was tried, as "attach to syscalls:sys_enter_accept4"
     * @param errno positive, 0 = none
     * @param detail libbpf's last message, may be empty
     */
    public CaptureException(FailureKind kind, String stage, int errno, String detail) {
        super(stage);
        this.kind = kind;
        this.stage = stage;
        this.errno = errno;
        this.detail = detail;
    }

    /** A failure that its errno explains. */
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
