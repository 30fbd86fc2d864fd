package accept4trace.proc;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/** Properties of this machine, and the privileges of this process. */
public final class Machine {
    private static final int SECCOMP_MODE_FILTER = 2;
    private static final String LOCKDOWN = "sys/kernel/security/lockdown";
    private static final String SECURITY_MODULES = "sys/kernel/security/lsm";
    /** PROC_USER_INIT_INO of include/linux/proc_ns.h. */
    private static final String INITIAL_USER_NAMESPACE = "user:[4026531837]";
    /** PROC_PID_INIT_INO of include/linux/proc_ns.h. */
    private static final String INITIAL_PID_NAMESPACE = "pid:[4026531836]";

    private static final String TRACING_EVENTS = "sys/kernel/tracing/events";
    private static final String PERF_EVENT_PARANOID = "proc/sys/kernel/perf_event_paranoid";
    /** The highest level at which CAP_PERFMON suffices. */
    private static final int MAX_PARANOID_WITH_PERFMON = 2;

    private static final String OWN_STATUS = "proc/self/status";
    private static final String UNLIMITED = "unlimited";
    private static final String OWN_LIMITS = "proc/self/limits";

    private final Path root;

    /** Whether a file can be accessed. */
    public enum Access {
        READABLE,
        /** Unknown, because this process is not allowed to search a directory above the file. */
        UNREADABLE,
        ABSENT
    }

    /** Which PID namespace /proc shows. */
    public enum ProcView {
        /** The PID namespace of this process. */
        OWN,
        /** Another PID namespace, so that its process ids are not valid in system calls. */
        FOREIGN,
        /** /proc is not mounted. */
        ABSENT
    }

    /**
     * @param root the root directory, or a directory with copies of its files in a test
     */
    public Machine(Path root) {
        this.root = root;
    }

    public String kernelRelease() {
        return line("proc/sys/kernel/osrelease");
    }

    public String hostName() {
        return line("proc/sys/kernel/hostname");
    }

    /**
     * Returns a supplier of the system-wide limit of open files, -1 if unknown. Opens the file now, because opening
     * it would fail once the limit is reached.
     */
    @SuppressWarnings("resource") // Open until the process ends.
    public LongSupplier openFileLimit() {
        try {
            RandomAccessFile file =
                    new RandomAccessFile(root.resolve("proc/sys/fs/file-max").toFile(), "r");
            return () -> numberIn(file);
        } catch (IOException e) {
            return () -> -1;
        }
    }

    private static long numberIn(RandomAccessFile file) {
        try {
            file.seek(0);
            return ProcText.number(file.readLine(), 10, -1);
        } catch (IOException e) {
            return -1;
        }
    }

    /** Returns a UUID that changes with each boot. */
    public String bootId() {
        return line("proc/sys/kernel/random/boot_id");
    }

    public boolean isKernelOlderThan(int major, int minor) {
        String[] release = kernelRelease().split("\\.", -1);
        int ownMajor = leadingNumber(release[0]);
        if (release.length < 2 || ownMajor == 0) {
            return false;
        }
        return ownMajor < major || (ownMajor == major && leadingNumber(release[1]) < minor);
    }

    private static int leadingNumber(String text) {
        int end = 0;
        while (end < text.length() && Character.isDigit(text.charAt(end))) {
            end++;
        }
        return ProcText.integer(text.substring(0, end), 10, 0);
    }

    public String processor() {
        String arch = System.getProperty("os.arch");
        return arch.equals("amd64") ? "x86_64" : arch;
    }

    public boolean hasBtf() {
        return root.resolve("sys/kernel/btf/vmlinux").toFile().length() > 0;
    }

    /** Returns whether this process can access tracefs at its usual mount point. */
    public Access tracefs() {
        try {
            Files.getLastModifiedTime(root.resolve(TRACING_EVENTS));
            return Access.READABLE;
        } catch (AccessDeniedException e) {
            return Access.UNREADABLE;
        } catch (IOException e) {
            return Access.ABSENT;
        }
    }

    /** Returns the value of kernel.perf_event_paranoid; "unknown" if it is unreadable. */
    public String perfEventParanoid() {
        String level = line(PERF_EVENT_PARANOID);
        return level.isEmpty() ? "unknown" : level;
    }

    /**
     * Returns whether perf_event_paranoid keeps this process from attaching to tracepoints. Debian's kernels add levels
     * above 2, at which attaching needs CAP_SYS_ADMIN.
     */
    public boolean forbidsPerfEvents() {
        return ProcText.number(perfEventParanoid(), 10, 0) > MAX_PARANOID_WITH_PERFMON
                && !has(Capability.CAP_SYS_ADMIN);
    }

    /**
     * Returns the limit of locked memory in bytes; empty if there is no limit. Always empty since Linux 5.11, because
     * newer kernels do not apply the limit to BPF.
     */
    public String lockedMemoryLimit() {
        String[] softAndHard = ProcText.field(ProcText.of(root.resolve(OWN_LIMITS)), "Max locked memory")
                .split("\\s+", -1);
        return isKernelOlderThan(5, 11) && !softAndHard[0].equals(UNLIMITED) ? softAndHard[0] : "";
    }

    /** Returns the kernel's lockdown mode: "none", "integrity", "confidentiality" or "unknown". */
    public String lockdown() {
        Path file = root.resolve(LOCKDOWN);
        String modes = ProcText.of(file);
        int from = modes.indexOf('[');
        int to = modes.indexOf(']');
        if (from >= 0 && to > from) {
            return modes.substring(from + 1, to);
        }
        /* A missing file means "none" only if securityfs is mounted, i.e. if its list of security modules exists. */
        boolean hasSecurityfs = root.resolve(SECURITY_MODULES).toFile().exists();
        return hasSecurityfs && !file.toFile().exists() ? "none" : "unknown";
    }

    /** Returns whether lockdown is known to be active. */
    public boolean isLockedDown() {
        return !lockdown().equals("none") && !lockdown().equals("unknown");
    }

    /** Returns which PID namespace /proc shows. Compares the id of this process in /proc with its getpid(2). */
    public ProcView procView() {
        String pid = ProcText.field(ProcText.of(root.resolve(OWN_STATUS)), "Pid:");
        if (!pid.isEmpty()) {
            return pid.equals(Long.toString(ProcessHandle.current().pid())) ? ProcView.OWN : ProcView.FOREIGN;
        }
        if (kernelRelease().isEmpty()) {
            return ProcView.ABSENT;
        }
        /* A process outside of the PID namespace of /proc has no /proc/self. */
        return root.resolve("proc/self").toFile().exists() ? ProcView.OWN : ProcView.FOREIGN;
    }

    /** Returns whether this process is known to be in a user namespace other than the initial one. */
    public boolean isInUserNamespace() {
        return isOutside(INITIAL_USER_NAMESPACE, "proc/self/ns/user");
    }

    /** Returns whether the machine has processes that this process cannot see, as in most containers. */
    public boolean isInPidNamespace() {
        return isOutside(INITIAL_PID_NAMESPACE, "proc/self/ns/pid");
    }

    private boolean isOutside(String initial, String own) {
        try {
            return !Files.readSymbolicLink(root.resolve(own)).toString().equals(initial);
        } catch (IOException e) {
            return false;
        }
    }

    public boolean isRoot() {
        return statusNumbers("Uid:", 10, 0)[1] == 0;
    }

    /** Returns whether a seccomp filter applies to this process. */
    public boolean isUnderSeccomp() {
        return statusNumbers("Seccomp:", 10, 0)[0] == SECCOMP_MODE_FILTER;
    }

    /** Returns the missing capabilities without which tracing is impossible. */
    public List<Capability> missingNeeded() {
        return has(Capability.CAP_SYS_ADMIN) ? List.of() : missing(Capability.CAP_BPF, Capability.CAP_PERFMON);
    }

    /** Returns the missing capabilities without which less is known about processes of other users. */
    public List<Capability> missingForOthers() {
        return missing(Capability.CAP_DAC_READ_SEARCH, Capability.CAP_SYS_PTRACE);
    }

    /** Returns all missing capabilities that tracing may use. */
    public List<Capability> missing() {
        return missing(Capability.values());
    }

    private List<Capability> missing(Capability... wanted) {
        return Stream.of(wanted).filter(capability -> !has(capability)).toList();
    }

    private boolean has(Capability capability) {
        return capability.isIn(capabilities());
    }

    private long capabilities() {
        return statusNumbers("CapEff:", 16, -1)[0];
    }

    /** Returns at least two numbers of a line of /proc/self/status; {@code otherwise} replaces missing numbers. */
    private long[] statusNumbers(String field, int radix, long otherwise) {
        String text = ProcText.field(ProcText.of(root.resolve(OWN_STATUS)), field);
        String[] numbers = text.split("\t", -1);
        long[] values = new long[Math.max(2, numbers.length)];
        Arrays.fill(values, otherwise);
        for (int i = 0; i < numbers.length; i++) {
            values[i] = ProcText.unsigned(numbers[i], radix, otherwise);
        }
        return values;
    }

    private String line(String file) {
        return ProcText.of(root.resolve(file)).trim();
    }
}
