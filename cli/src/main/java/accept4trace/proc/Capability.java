package accept4trace.proc;

/** Capabilities that tracing uses, with their numbers (include/uapi/linux/capability.h). */
public enum Capability {
    CAP_BPF(39, "BPF programs cannot be loaded"),
    CAP_PERFMON(38, "BPF programs cannot be attached"),
    CAP_DAC_READ_SEARCH(2, "open files of other users' processes are unreadable"),
    CAP_SYS_PTRACE(19, "open files and stacks of other users' processes are unreadable"),
    /** Includes CAP_BPF and CAP_PERFMON, which were added in Linux 5.8. */
    CAP_SYS_ADMIN(21, "kernel.perf_event_paranoid can forbid tracing");

    private final int number;
    private final String consequence;

    Capability(int number, String consequence) {
        this.number = number;
        this.consequence = consequence;
    }

    /** Returns a sentence on what does not work without the capability. */
    public String missing() {
        return name() + " is missing: " + consequence;
    }

    boolean isIn(long set) {
        return (set >>> number & 1) != 0;
    }
}
