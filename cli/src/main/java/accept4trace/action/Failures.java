package accept4trace.action;

import accept4trace.capture.CaptureException;
import accept4trace.capture.FailureKind;
import accept4trace.outcome.ExitStatus;
import accept4trace.outcome.UserError;
import accept4trace.proc.Capability;
import accept4trace.proc.Machine;
import accept4trace.text.Errno;
import accept4trace.text.Printable;
import java.util.List;
import java.util.stream.Collectors;

/** Turns a failure to start tracing into an error that names its cause, with a hint. */
final class Failures {

    /** The hint if the user who ran sudo is unknown. The tool fails then, rather than keep root's rights. */
    static final String INVOKER_HINT = "unset SUDO_UID, SUDO_GID and SUDO_USER to trace as root itself";

    private final Machine machine;

    Failures(Machine machine) {
        this.machine = machine;
    }

    /** Explains a failure of the native library. */
    UserError explain(CaptureException e) {
        String message = "cannot " + Printable.ascii(e.stage()) + ": " + Printable.ascii(reason(e));
        return new UserError(ExitStatus.FAILURE, message, hint(e));
    }

    /**
     * Explains a failure of the native library if the user chose the hooks with --probe. Every hook needs tracefs, so
     * if tracefs or a tracepoint fails, other hooks would not help.
     */
    UserError explainForced(CaptureException e) {
        if (e.kind() == FailureKind.TRACEPOINT) {
            return explain(e);
        }
        return new UserError(
                ExitStatus.FAILURE, explain(e).getMessage(), "without --probe, the best available hooks are used");
    }

    /** Returns the errno as text, with libbpf's message. Omits that message for EPERM, because the hint says more. */
    private static String reason(CaptureException e) {
        if (e.errno() == 0) {
            return e.detail();
        }
        boolean silent = e.detail().isEmpty() || e.errno() == Errno.EPERM;
        return Errno.describe(e.errno()) + (silent ? "" : "; " + e.detail());
    }

    private String hint(CaptureException e) {
        return switch (e.kind()) {
            case TRACEPOINT -> tracepointHint(e.errno());
            case CGROUP ->
                "give a folder of the cgroup2 file system, such as /sys/fs/cgroup/system.slice/nginx.service";
            case KERNEL_TYPES ->
                "/sys/kernel/btf/vmlinux must describe the running kernel; is another file mounted over it?";
            case HELPER -> helperHint(e.errno());
            case INVOKER -> INVOKER_HINT;
            case OTHER -> hint(e.errno());
        };
    }

    private String hint(int errno) {
        return switch (errno) {
            case Errno.EPERM, Errno.EACCES, Errno.ENOSYS -> permissionHint();
            case Errno.ENOENT -> "this kernel does not have the hook; accept4-trace --check shows which ones it has";
            case Errno.ESRCH -> "the process has ended";
            case Errno.ENOMEM -> "too little memory is left, on the system or within the limit of a container";
            case Errno.ENFILE -> "the system's limit on open files is reached: sysctl fs.file-max shows it";
            case Errno.E2BIG -> "-f and --all can trace more processes";
            case Errno.EMFILE ->
                "each process needs a file descriptor: raise the limit (ulimit -n), or trace with --all";
            case Errno.EPROTO ->
                "the hooks do not work as expected on this kernel; please report it with the output of -d";
            case 0 -> "install it again with install.sh";
            default -> "accept4-trace --check shows what this kernel allows, -d shows libbpf's messages";
        };
    }

    private String helperHint(int errno) {
        return switch (errno) {
            case Errno.EAGAIN -> InternalErrors.PROCESS_LIMIT_HINT;
            case Errno.ENOMEM, Errno.ENFILE, Errno.EMFILE -> hint(errno);
            default -> "install it again with install.sh";
        };
    }

    private String tracepointHint(int errno) {
        return switch (machine.tracefs()) {
            case ABSENT ->
                "tracefs is not mounted, and mounting it failed: mount -t tracefs tracefs /sys/kernel/tracing";
            case UNREADABLE ->
                "only root can read tracefs: grant CAP_DAC_READ_SEARCH, or remount it with -o gid=GROUP,mode=750";
            case READABLE -> ofReadableTracefs(errno);
        };
    }

    private String ofReadableTracefs(int errno) {
        if (errno == Errno.E2BIG) {
            return "the tracepoint already has 64 programs, the kernel's limit: end other tracers";
        }
        return (errno == Errno.EPERM || errno == Errno.EACCES) && machine.forbidsPerfEvents()
                ? paranoidHint(machine.perfEventParanoid())
                : hint(errno);
    }

    static String paranoidHint(String level) {
        return "kernel.perf_event_paranoid is " + level + ", so tracing needs CAP_SYS_ADMIN;"
                + " after sysctl kernel.perf_event_paranoid=2, CAP_PERFMON is enough";
    }

    private String permissionHint() {
        if (machine.isInUserNamespace()) {
            return "root of a user namespace, e.g. of a rootless container, cannot trace: run it as root outside";
        }
        if (!machine.lockedMemoryLimit().isEmpty()) {
            return "before Linux 5.11, BPF programs count as locked memory, which is limited to "
                    + Printable.ascii(machine.lockedMemoryLimit()) + " bytes here: ulimit -l unlimited";
        }
        List<Capability> missing = machine.missing();
        if (!missing.isEmpty()) {
            return "run it with all of root's capabilities (missing: " + names(missing, ", ") + ")";
        }
        if (machine.isUnderSeccomp()) {
            return "a seccomp filter, e.g. of a container, may forbid bpf(2): run it outside";
        }
        return machine.isLockedDown()
                ? "kernel lockdown is active: " + Printable.ascii(machine.lockdown())
                : "a security module may forbid bpf(2): see the kernel's log (dmesg)";
    }

    /** Checks for problems that errors of libbpf or the kernel would not name. Must run before anything is loaded. */
    void checkMachine() throws UserError {
        checkProc();
        if (machine.isKernelOlderThan(5, 10)) {
            throw failure(
                    "Linux " + Printable.ascii(machine.kernelRelease()) + " is too old to trace",
                    "accept4-trace needs 5.10 or newer");
        }
        checkCapabilities();
        if (!machine.hasBtf()) {
            throw failure(
                    "this kernel has no type information: /sys/kernel/btf/vmlinux is missing",
                    "use a kernel built with CONFIG_DEBUG_INFO_BTF=y, e.g. that of a current distribution");
        }
        if (machine.lockdown().equals("confidentiality")) {
            throw failure(
                    "kernel lockdown forbids reading the kernel's memory: its mode is confidentiality",
                    "boot with lockdown=integrity, which allows tracing");
        }
    }

    /**
     * Requires that /proc shows our own PID namespace. Otherwise, names would be wrong, and calls that began before the
     * trace would not be found.
     */
    private void checkProc() throws UserError {
        switch (machine.procView()) {
            case OWN -> {}
            case FOREIGN ->
                throw failure(
                        "/proc shows the processes of another PID namespace",
                        "mount that of this namespace: unshare --mount-proc, nsenter -m, or mount -t proc proc /proc");
            case ABSENT -> throw failure("/proc is not mounted", "mount it: mount -t proc proc /proc");
        }
    }

    private void checkCapabilities() throws UserError {
        List<Capability> missing = machine.missingNeeded();
        if (!missing.isEmpty()) {
            throw failure(
                    "not allowed to trace: " + names(missing, " and ") + " missing",
                    machine.isRoot()
                            ? "root does not have all capabilities here, e.g. in a container: grant them, or run it"
                                    + " outside"
                            : "run it as root: sudo accept4-trace ...; for other ways see WITHOUT ROOT in the manual");
        }
    }

    private static String names(List<Capability> capabilities, String separator) {
        return capabilities.stream().map(Capability::name).collect(Collectors.joining(separator));
    }

    private static UserError failure(String what, String hint) {
        return new UserError(ExitStatus.FAILURE, what, hint);
    }
}
