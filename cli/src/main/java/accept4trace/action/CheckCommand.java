package accept4trace.action;

import accept4trace.capture.CaptureException;
import accept4trace.capture.Hook;
import accept4trace.capture.Platform;
import accept4trace.capture.Probe;
import accept4trace.capture.Tracing;
import accept4trace.outcome.ExitStatus;
import accept4trace.outcome.Outcome;
import accept4trace.outcome.UserError;
import accept4trace.proc.Machine;
import accept4trace.text.Errno;
import java.io.PrintStream;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** --check: prints what this kernel allows and which hooks a trace would use. Attaches nothing. */
public final class CheckCommand {
    private static final int HOOK_COLUMN = 39;
    private static final int HERE_COLUMN = 7;

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
            Set<Hook> available = table(tracing);
            failures.checkMachine();
            tracing.checkLoad();
            int tracepoints = tracing.missing(Hook.TRACEPOINTS);
            if (tracepoints == Errno.EPERM || tracepoints == Errno.EACCES) {
                throw failures.explainTracepoints(tracepoints);
            }
            return conclusion(available);
        } catch (CaptureException e) {
            throw failures.explain(e);
        }
    }

    private String summary() {
        List<String> missing = machine.missingUseful();
        return "kernel " + machine.kernelRelease() + " " + machine.processor() + ", BTF "
                + (machine.hasBtf() ? "yes" : "no") + ", lockdown " + machine.lockdown() + ", capabilities: "
                + (missing.isEmpty() ? "all that is needed" : "lacks " + String.join(", ", missing));
    }

    private Set<Hook> table(Tracing tracing) {
        Set<Hook> available = EnumSet.noneOf(Hook.class);
        out.println(row("hook", "here", "gives"));
        for (Hook hook : Hook.values()) {
            int missing = tracing.missing(hook);
            if (missing == 0) {
                available.add(hook);
            }
            out.println(row(hook.title(), missing == 0 ? "yes" : "no", hook.gives() + reason(missing)));
        }
        return available;
    }

    private static String reason(int errno) {
        if (errno == 0) {
            return "";
        }
        return errno == Errno.EOPNOTSUPP ? " (not in this kernel)" : " (" + Errno.describe(errno) + ")";
    }

    private static String row(String hook, String here, String gives) {
        return pad(hook, HOOK_COLUMN) + pad(here, HERE_COLUMN) + gives;
    }

    private static String pad(String text, int width) {
        return text + " ".repeat(Math.max(1, width - text.length()));
    }

    private Outcome conclusion(Set<Hook> available) throws UserError {
        if (!available.contains(Hook.TRACEPOINTS)) {
            throw new UserError(
                    ExitStatus.FAILURE,
                    "cannot trace: no accept4 tracepoints",
                    "run it as root, on a kernel built with CONFIG_FTRACE_SYSCALLS=y");
        }
        out.println("would use: " + choice(available));
        return Outcome.status(ExitStatus.OK);
    }

    /** The rungs in the order of native/load/rungs.c. */
    private static String choice(Set<Hook> available) {
        boolean listener = available.contains(Hook.SOCKET_ACCEPT);
        if (listener && available.contains(Hook.SOCK_GRAFT)) {
            return Probe.KPROBE.hooks() + ". Nothing is missing.";
        }
        if (available.contains(Hook.FENTRY)) {
            return Probe.FENTRY.hooks() + ". Nothing is missing.";
        }
        if (listener && available.contains(Hook.FD_INSTALL)) {
            return Probe.FD_INSTALL.hooks() + ". Lost connections and direct descriptors of io_uring are not seen.";
        }
        return Probe.TRACEPOINT.hooks() + ". Peers are looked up after each call and marked ~peer; lost connections,"
                + " io_uring and 32-bit programs are not seen.";
    }
}
