package accept4trace.capture;

import java.util.Locale;

/**
 * The hooks that --probe can select. All except TRACEPOINT see a connection while it is being accepted. All except
 * FENTRY use tracepoints of accept4 and accept, which slow down every system call of every process.
 */
public enum Probe {
    AUTO(NativeLayout.Probe.AUTO),
    KPROBE(NativeLayout.Probe.KPROBE),
    TRACEPOINT_FENTRY(NativeLayout.Probe.TRACEPOINT_FENTRY),
    FD_INSTALL(NativeLayout.Probe.FD_INSTALL),
    TRACEPOINT(NativeLayout.Probe.TRACEPOINT),
    FENTRY(NativeLayout.Probe.FENTRY);

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

    /** Returns whether a call is seen even if a seccomp filter answers it, so that the kernel does not execute it. */
    public boolean seesDeniedCalls() {
        return this != FENTRY;
    }

    /** Returns all hooks in use with this probe, e.g. "tracepoint+kprobe". */
    public String hooks() {
        return switch (this) {
            case TRACEPOINT, TRACEPOINT_FENTRY, FENTRY -> toString();
            default -> TRACEPOINTS + "+" + this;
        };
    }

    /** Returns the value of --probe. */
    @Override
    public String toString() {
        return this == TRACEPOINT_FENTRY ? TRACEPOINTS + "+fentry" : name().toLowerCase(Locale.ROOT);
    }
}
