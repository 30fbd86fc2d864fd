package accept4trace.capture;

import java.util.Locale;

/** The hooks that --probe can select. All except TRACEPOINT see a connection while it is being accepted. */
public enum Probe {
    AUTO(NativeLayout.Probe.AUTO),
    KPROBE(NativeLayout.Probe.KPROBE),
    FENTRY(NativeLayout.Probe.FENTRY),
    FD_INSTALL(NativeLayout.Probe.FD_INSTALL),
    TRACEPOINT(NativeLayout.Probe.TRACEPOINT);

    private static final String TRACEPOINTS = "tracepoint";

    private final int number;

    Probe(int number) {
        this.number = number;
    }

    public static Probe of(int number) {
        for (Probe probe : values()) {
            if (probe.number == number) {
                return probe;
            }
        }
        throw new IllegalArgumentException("probe " + number);
    }

    public int number() {
        return number;
    }

    /** Returns whether a connection is seen even if the call fails after taking it off the queue. */
    public boolean seesLostConnections() {
        return this != TRACEPOINT && this != FD_INSTALL;
    }

    /** Returns all hooks in use with this probe, e.g. "tracepoint+kprobe". */
    public String hooks() {
        return this == TRACEPOINT ? TRACEPOINTS : TRACEPOINTS + "+" + name().toLowerCase(Locale.ROOT);
    }
}
