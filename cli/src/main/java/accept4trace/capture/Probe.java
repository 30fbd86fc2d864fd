package accept4trace.capture;

/** How to see connections while they are accepted. */
public enum Probe {
    AUTO(NativeLayout.Probe.AUTO),
    KPROBE(NativeLayout.Probe.KPROBE),
    FENTRY(NativeLayout.Probe.FENTRY),
    FD_INSTALL(NativeLayout.Probe.FD_INSTALL),
    TRACEPOINT(NativeLayout.Probe.TRACEPOINT);

    private final int number;

    Probe(int number) {
        this.number = number;
    }

    public int number() {
        return number;
    }
}
