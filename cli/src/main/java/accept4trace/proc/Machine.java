package accept4trace.proc;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What this machine and our own rights on it are. */
public final class Machine {
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
    }

    private Machine() {}

    public static String kernelRelease() {
        return line("/proc/sys/kernel/osrelease");
    }

    public static String processor() {
        String arch = System.getProperty("os.arch");
        return arch.equals("amd64") ? "x86_64" : arch;
    }

    public static boolean hasBtf() {
        try {
            return Files.size(Path.of("/sys/kernel/btf/vmlinux")) > 0;
        } catch (IOException e) {
            return false;
        }
    }

    /** none, integrity or confidentiality. */
    public static String lockdown() {
        String modes = line("/sys/kernel/security/lockdown");
        int from = modes.indexOf('[');
        int to = modes.indexOf(']');
        return from >= 0 && to > from ? modes.substring(from + 1, to) : "none";
    }

    /** Names of the capabilities that tracing needs and this process does not have. */
    public static List<String> missingCapabilities() {
        long effective = effectiveCapabilities();
        List<String> missing = new ArrayList<>();
        for (Capability capability : Capability.values()) {
            if ((effective >>> capability.bit & 1) == 0) {
                missing.add(capability.name());
            }
        }
        return missing;
    }

    private static long effectiveCapabilities() {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
                if (line.startsWith("CapEff:")) {
                    return Long.parseUnsignedLong(
                            line.substring("CapEff:".length()).trim(), 16);
                }
            }
        } catch (IOException e) {
            // Without /proc nothing is known: taken as nothing missing, the kernel will tell.
        }
        return -1;
    }

    private static String line(String file) {
        try {
            return Files.readString(Path.of(file)).trim();
        } catch (IOException e) {
            return "";
        }
    }
}
