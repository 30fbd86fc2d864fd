package accept4trace.action;

import accept4trace.capture.CallFilter;
import accept4trace.capture.CaptureException;
import accept4trace.capture.CaptureSettings;
import accept4trace.capture.CaptureSettings.Extras;
import accept4trace.capture.CaptureSettings.Sizes;
import accept4trace.capture.CaptureSettings.Watch;
import accept4trace.capture.EventSource;
import accept4trace.capture.Hook;
import accept4trace.capture.Platform;
import accept4trace.capture.Probe;
import accept4trace.capture.Tracing;
import accept4trace.outcome.ExitStatus;
import accept4trace.outcome.Outcome;
import accept4trace.outcome.UserError;
import accept4trace.proc.Capability;
import accept4trace.proc.Machine;
import accept4trace.text.Errno;
import accept4trace.text.Printable;
import java.io.PrintStream;

/**
 * --check: prints what this kernel allows and which hooks a trace would use. Attaches these hooks, but traces nothing.
 */
public final class CheckCommand {
    private static final int HOOK_COLUMN = 39;
    private static final int HERE_COLUMN = 7;

    /** Minimal settings, because no process is traced. */
    private static final CaptureSettings NOTHING = new CaptureSettings(
            new Sizes(64 * 1024, 64, 1), new Watch(-1, false), false, false, Extras.NONE, Probe.AUTO, CallFilter.NONE);

    private final PrintStream out;
    private final Machine machine;
    private final Platform platform;

    public CheckCommand(PrintStream out, Machine machine, Platform platform) {
        this.out = out;
        this.machine = machine;
        this.platform = platform;
    }

    public Outcome run() throws UserError {
        Failures failures = new Failures(machine);
        out.println(summary());
        try {
            Tracing tracing = platform.tracing();
            printHooks(tracing);
            machine.missing().stream()
                    .filter(capability -> capability != Capability.CAP_SYS_ADMIN)
                    .forEach(capability -> out.println(capability.missing()));
            failures.checkMachine();
            platform.operatingSystem().checkInvoker();
            out.println("would use: " + choice(proven(tracing)));
            if (tracing.missing(Hook.ACCEPT_FENTRY) == 0) {
                out.println("on a busy machine, use --probe=fentry: it does not slow down other processes");
            }
            return Outcome.status(ExitStatus.OK);
        } catch (CaptureException e) {
            throw failures.explain(e);
        }
    }

    private String summary() {
        return "kernel " + Printable.ascii(machine.kernelRelease()) + " " + machine.processor() + ", BTF "
                + (machine.hasBtf() ? "yes" : "no") + ", lockdown " + Printable.ascii(machine.lockdown())
                + ", perf_event_paranoid " + Printable.ascii(machine.perfEventParanoid());
    }

    private void printHooks(Tracing tracing) {
        out.println(row("hook", "here", "gives"));
        for (Hook hook : Hook.values()) {
            int missing = tracing.missing(hook);
            out.println(row(hook.title(), missing == 0 ? "yes" : "no", hook.gives() + reason(missing)));
        }
    }

    /**
     * Attaches the hooks for a moment. For most hooks, {@link Tracing#missing} only checks whether they can be opened,
     * and on some kernels, attaching fails even so.
     */
    private static Probe proven(Tracing tracing) throws CaptureException, UserError {
        if (tracing.missing(Hook.TRACEPOINTS) == Errno.ENOENT) {
            throw new UserError(
                    ExitStatus.FAILURE,
                    "cannot trace: no tracepoints for accept4 and accept",
                    "use a kernel built with CONFIG_FTRACE_SYSCALLS=y, e.g. that of a current distribution");
        }
        try (EventSource source = tracing.openEvents(NOTHING)) {
            return source.probe();
        }
    }

    private static String reason(int errno) {
        if (errno == 0) {
            return "";
        }
        return errno == Errno.EOPNOTSUPP
                ? " (not in this kernel)"
                : " (" + Errno.name(errno) + ": " + Errno.message(errno) + ")";
    }

    private static String row(String hook, String here, String gives) {
        return pad(hook, HOOK_COLUMN) + pad(here, HERE_COLUMN) + gives;
    }

    private static String pad(String text, int width) {
        return text + " ".repeat(Math.max(1, width - text.length()));
    }

    private static String choice(Probe probe) {
        return probe.hooks() + ". "
                + switch (probe) {
                    case KPROBE, TRACEPOINT_FENTRY -> "Every accept is seen.";
                    case FD_INSTALL -> "Lost connections, and the direct descriptors of io_uring, are not seen.";
                    case TRACEPOINT ->
                        "Peers are looked up after each call; lost connections, io_uring and 32-bit programs are not"
                                + " seen.";
                    case AUTO, FENTRY -> throw new IllegalStateException("a session uses one of the others");
                };
    }
}
