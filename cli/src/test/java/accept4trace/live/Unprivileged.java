package accept4trace.live;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Runs the tool as an ordinary user with some capabilities, as section WITHOUT ROOT of the manual page describes. */
final class Unprivileged {
    static final String ENOUGH = "bpf perfmon dac_read_search sys_ptrace";
    static final int USER = 61003;
    static final Path PARANOID = Path.of("/proc/sys/kernel/perf_event_paranoid");
    /** The highest perf_event_paranoid with which CAP_PERFMON suffices on every kernel. */
    static final int MAX_PARANOID = 2;

    private Unprivileged() {}

    /** Returns a preparation for {@link Tracer#startAfter}. {@code capabilities} are separated by blanks. */
    static String with(String capabilities) {
        Requirements.openToEverybody(Tracer.executable());
        Requirements.ofKernel(
                paranoid() <= MAX_PARANOID,
                "kernel.perf_event_paranoid is " + paranoid() + ", with which only root can trace");
        return withoutLimit(capabilities);
    }

    /**
     * Like {@link #with}, but for any perf_event_paranoid. Lifts the limit on locked memory, because BPF programs count
     * as locked memory before Linux 5.11.
     */
    static String withoutLimit(String capabilities) {
        return "ulimit -l unlimited 2>/dev/null; " + limited(capabilities);
    }

    static String limited(String capabilities) {
        String sets = Stream.of(capabilities.split(" ")).map(name -> "+" + name).collect(Collectors.joining(","));
        return "exec setpriv --reuid=" + USER + " --regid=" + USER + " --clear-groups --inh-caps=" + sets
                + " --ambient-caps=" + sets + " \"$@\"";
    }

    static int paranoid() {
        try {
            return Integer.parseInt(Files.readString(PARANOID).trim());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns whether BPF programs count as locked memory. They do before Linux 5.11. */
    static boolean countsLockedMemory() {
        return Proc.kernelVersion() < 5011;
    }
}
