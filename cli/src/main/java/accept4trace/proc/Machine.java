package accept4trace.proc;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What this machine and our own rights on it are. */
public final class Machine {
    private static final int SECCOMP_MODE_FILTER = 2;
    private static final String LOCKDOWN = "sys/kernel/security/lockdown";
    private static final String SECURITY_MODULES = "sys/kernel/security/lsm";
    /** PROC_USER_INIT_INO of include/linux/proc_ns.h. */
    private static final String INITIAL_USER_NAMESPACE = "user:[4026531837]";

    private static final String TRACING_EVENTS = "sys/kernel/tracing/events";
    private static final String PERF_EVENT_PARANOID = "proc/sys/kernel/perf_event_paranoid";
    /** Above it not even CAP_PERFMON is enough. */
    private static final int MOST_PARANOID_WITH_PERFMON = 2;

    private static final String OWN_STATUS = "proc/self/status";

    private final Path root;

    /** How a file is found. */
    public enum Access {
        READABLE,
        /** It may exist: a folder above it may not be searched. */
        UNREADABLE,
        ABSENT
    }

    /** Whose processes /proc shows. */
    public enum ProcView {
        /** Those of this process's own PID namespace. */
        OWN,
        /** Those of another PID namespace: process ids there are not the ids that system calls take. */
        FOREIGN,
        /** None: /proc is not mounted. */
        ABSENT
    }

    /** The capabilities that are asked for, by number (include/uapi/linux/capability.h). */
    private enum Capability {
        CAP_DAC_READ_SEARCH(2),
        CAP_SYS_PTRACE(19),
        CAP_SYS_ADMIN(21),
        CAP_PERFMON(38),
        CAP_BPF(39);

        private final int bit;

        Capability(int bit) {
            this.bit = bit;
        }

        boolean isIn(long set) {
            return (set >>> bit & 1) != 0;
        }
    }

    /** {@code root}: the file system's root, or a folder with copies of the like in a test. */
    public Machine(Path root) {
        this.root = root;
    }

    public String kernelRelease() {
        return line("proc/sys/kernel/osrelease");
    }

    public String hostName() {
        return line("proc/sys/kernel/hostname");
    }

    /** Most files that all processes may have open, -1 when unknown. */
    public long openFileLimit() {
        String limit = line("proc/sys/fs/file-max");
        return limit.isEmpty() ? -1 : Long.parseLong(limit);
    }

    /** A UUID that changes with each boot. */
    public String bootId() {
        return line("proc/sys/kernel/random/boot_id");
    }

    public boolean isKernelOlderThan(int major, int minor) {
        String[] release = kernelRelease().split("\\.");
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
        return end == 0 ? 0 : Integer.parseInt(text.substring(0, end));
    }

    public String processor() {
        String arch = System.getProperty("os.arch");
        return arch.equals("amd64") ? "x86_64" : arch;
    }

    public boolean hasBtf() {
        return root.resolve("sys/kernel/btf/vmlinux").toFile().length() > 0;
    }

    /** Returns whether this process can see tracefs at its usual place. */
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

    /** Returns whether perf's setting forbids this process to attach to tracepoints, which Debian's kernels add. */
    public boolean forbidsPerfEvents() {
        String level = line(PERF_EVENT_PARANOID);
        return level.matches("\\d+")
                && Long.parseLong(level) > MOST_PARANOID_WITH_PERFMON
                && !Capability.CAP_SYS_ADMIN.isIn(capabilities());
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
        /* Every securityfs has the list of security modules. Without one, lockdown may be in force unseen. */
        boolean hasSecurityfs = root.resolve(SECURITY_MODULES).toFile().exists();
        return hasSecurityfs && !file.toFile().exists() ? "none" : "unknown";
    }

    /** Returns whether the kernel's lockdown is known to be in force. */
    public boolean isLockedDown() {
        return !lockdown().equals("none") && !lockdown().equals("unknown");
    }

    /** Compares the process id that /proc shows for this process with its own. */
    public ProcView procView() {
        String pid = ProcText.field(ProcText.of(root.resolve(OWN_STATUS)), "Pid:");
        if (!pid.isEmpty()) {
            return pid.equals(Long.toString(ProcessHandle.current().pid())) ? ProcView.OWN : ProcView.FOREIGN;
        }
        if (kernelRelease().isEmpty()) {
            return ProcView.ABSENT;
        }
        /* /proc/self is missing for a process outside of /proc's PID namespace. */
        return root.resolve("proc/self").toFile().exists() ? ProcView.OWN : ProcView.FOREIGN;
    }

    /** Returns whether this process is known to be in a user namespace other than the initial one. */
    public boolean isInUserNamespace() {
        try {
            String own =
                    Files.readSymbolicLink(root.resolve("proc/self/ns/user")).toString();
            return !own.equals(INITIAL_USER_NAMESPACE);
        } catch (IOException e) {
            return false;
        }
    }

    public boolean isRoot() {
        return statusNumbers("Uid:", 10, 0)[1] == 0;
    }

    /** Whether a seccomp filter has a say in our system calls. */
    public boolean isUnderSeccomp() {
        return statusNumbers("Seccomp:", 10, 0)[0] == SECCOMP_MODE_FILTER;
    }

    /** Names of the capabilities that this process lacks of those that tracing cannot do without. */
    public List<String> missingNeeded() {
        long own = capabilities();
        // Until Linux 5.8 gave them names of their own, and since, CAP_SYS_ADMIN covers both.
        return Capability.CAP_SYS_ADMIN.isIn(own)
                ? List.of()
                : namesOfMissing(own, Capability.CAP_BPF, Capability.CAP_PERFMON);
    }

    /** Names of the capabilities that this process lacks of all those that tracing makes use of. */
    public List<String> missingUseful() {
        return namesOfMissing(capabilities(), Capability.values());
    }

    private static List<String> namesOfMissing(long own, Capability... wanted) {
        List<String> missing = new ArrayList<>();
        for (Capability capability : wanted) {
            if (!capability.isIn(own)) {
                missing.add(capability.name());
            }
        }
        return missing;
    }

    private long capabilities() {
        return statusNumbers("CapEff:", 16, -1)[0];
    }

    /** The numbers of a line of /proc/self/status; {@code otherwise} twice when there is no such line. */
    private long[] statusNumbers(String field, int radix, long otherwise) {
        String text = ProcText.field(ProcText.of(root.resolve(OWN_STATUS)), field);
        if (text.isEmpty()) {
            return new long[] {otherwise, otherwise};
        }
        String[] numbers = text.split("\t");
        long[] values = new long[Math.max(2, numbers.length)];
        for (int i = 0; i < numbers.length; i++) {
            values[i] = Long.parseUnsignedLong(numbers[i], radix);
        }
        return values;
    }

    private String line(String file) {
        return ProcText.of(root.resolve(file)).trim();
    }
}
