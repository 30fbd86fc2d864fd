package accept4trace.app;

import accept4trace.capture.CaptureException;
import accept4trace.cli.ExitStatus;
import accept4trace.cli.Printable;
import accept4trace.cli.UserError;
import accept4trace.format.Errno;
import accept4trace.proc.Machine;
import java.util.List;

/** From a failure of the native side to what the user is told. */
final class Failures {
    private static final int EPERM = 1;
    private static final int ENOENT = 2;
    private static final int EACCES = 13;
    private static final int EPROTO = 71;

    private Failures() {}

    static UserError explain(CaptureException e) {
        String message = "cannot " + e.stage() + ": " + Printable.ascii(reason(e));
        return new UserError(ExitStatus.FAILURE, message, hint(e));
    }

    /** errno's name, and libbpf's own words where it had some. */
    private static String reason(CaptureException e) {
        if (e.errno() == 0) {
            return e.detail();
        }
        return Errno.describe(e.errno()) + (e.detail().isEmpty() ? "" : "; " + e.detail());
    }

    private static String hint(CaptureException e) {
        return switch (e.errno()) {
            case EPERM, EACCES -> permissionHint();
            case ENOENT -> "the kernel lacks this hook; accept4-trace --check shows what it offers";
            case EPROTO -> "the hooks do not work as expected on this kernel; please report it with the output of -d";
            case 0 -> "install it again with install.sh";
            default -> "accept4-trace --check shows what this kernel offers, -d shows libbpf's messages";
        };
    }

    private static String permissionHint() {
        List<String> missing = Machine.missingCapabilities();
        if (missing.isEmpty()) {
            return Machine.lockdown().equals("none")
                    ? "a security module or a container's seccomp filter may forbid bpf(2)"
                    : "kernel lockdown is in force: " + Machine.lockdown();
        }
        return "run it as root: sudo accept4-trace ... (missing: " + String.join(", ", missing) + ")";
    }

    /** Before anything is loaded: the two causes that libbpf would tell in its own words. */
    static void checkMachine() throws UserError {
        List<String> missing = Machine.missingCapabilities();
        if (missing.contains("CAP_BPF") || missing.contains("CAP_PERFMON")) {
            throw new UserError(
                    ExitStatus.FAILURE, "not allowed to trace: this needs root's capabilities", permissionHint());
        }
        if (!Machine.hasBtf()) {
            throw new UserError(
                    ExitStatus.FAILURE,
                    "this kernel has no type information: /sys/kernel/btf/vmlinux is missing",
                    "use a kernel built with CONFIG_DEBUG_INFO_BTF=y, as those of current distributions are");
        }
    }
}
