package accept4trace.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests which privileges the tool keeps while it traces. Section SECURITY of the manual page describes them. */
@ExtendWith(Privilege.class)
class RightsIT {
    /** From include/uapi/linux/capability.h. */
    private static final long CAP_BPF = 1L << 39;

    private static final String CALLED_BY_SUDO = "export SUDO_UID=61001 SUDO_GID=61002";
    private static final String OWN_RIGHTS = "grep -E \"^(Uid|Gid|Groups|Cap|NoNewPrivs)\" /proc/self/status";

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({"-f, 80004", "--stack, 10000080004", "--diagnose, 80004"})
    void everyThreadKeepsOnlyNeededCapabilities(String option, String kept) {
        assertKept("true", option, kept, "0 0");
    }

    @Test
    void continuesAsTheSudoUser() {
        assertKept(CALLED_BY_SUDO, "-f", "80004", "61001 61002");
    }

    /** A wrong variable must not make the tool continue as root. */
    @ParameterizedTest
    @CsvSource({
        "SUDO_UID=you SUDO_GID=1000, SUDO_UID is not the id of a user",
        "SUDO_UID=1000, SUDO_GID is not the id of a group",
        "SUDO_UID=65534 SUDO_GID=65534 SUDO_USER=root, SUDO_USER is not the user of SUDO_UID"
    })
    void unknownSudoUserPreventsAttaching(String variables, String why) {
        try (Tracer tracer = Tracer.startAfter("export " + variables, "--all")) {
            tracer.awaitExit(1);
            assertEquals(
                    List.of(
                            "accept4-trace: cannot identify the user who ran sudo: " + why,
                            "hint: unset SUDO_UID, SUDO_GID and SUDO_USER to trace as root itself"),
                    tracer.notices());
        }
    }

    private static void assertKept(String preparation, String option, String kept, String ids) {
        long named = Long.parseLong(kept, 16);
        String set = String.format("%016x", readsMapsUnprivileged() ? named : named | CAP_BPF);
        String expected = ids + " 0000000000000000 " + set + " " + set + " " + set + " 0000000000000000 1 2";
        try (Workload workload = Workload.start("storm", "1");
                Tracer tracer = Tracer.startAfter(preparation, option, "-p", workload.pidText())) {
            tracer.awaitLive();
            Await.until("every thread has " + expected, () -> rights(tracer.pid()).stream()
                    .allMatch(expected::equals));
            assertTrue(rights(tracer.pid()).size() > 5, "threads of a JVM");
            tracer.signal("INT");
            tracer.awaitExit(130);
            assertEquals(0, tracer.lost());
        }
    }

    private static boolean readsMapsUnprivileged() {
        return Proc.kernelVersion() >= 5019;
    }

    /** Returns for each thread: ids, capability sets from inheritable to ambient, no_new_privs, and seccomp's mode. */
    private static List<String> rights(long pid) {
        List<String> all = new ArrayList<>();
        for (long tid : Proc.threads(pid)) {
            List<String> status = Proc.threadStatus(pid, tid);
            List<String> rights = new ArrayList<>();
            for (String field :
                    List.of("Uid", "Gid", "CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb", "NoNewPrivs", "Seccomp")) {
                status.stream()
                        .filter(line -> line.startsWith(field + ":"))
                        .forEach(line -> rights.add(line.split("\\s+")[1]));
            }
            if (!rights.isEmpty()) {
                all.add(String.join(" ", rights));
            }
        }
        return all;
    }

    /**
     * The traced process belongs to another user. To read its stack, the tool must open files in its /proc folder, for
     * which it needs the kept capabilities.
     */
    @Test
    void keptCapabilitiesSufficeForProcessesOfOthers() {
        Path setpriv = Requirements.installed("setpriv");
        String storm = Workload.executable("storm").toString();
        List<String> asAnother = List.of("--reuid=61003", "--regid=61003", "--clear-groups", storm, "1");
        try (Program program = Program.start(setpriv, asAnother)) {
            program.out().awaitLine("the workload is ready", "ready"::equals);
            String pid = Long.toString(program.pid());
            try (Tracer tracer = Tracer.startAfter(CALLED_BY_SUDO, "--stack", "--count", "1", "-p", pid)) {
                tracer.awaitLive();
                program.sendLine();
                List<String> lines = tracer.out().awaitEnd();
                tracer.awaitExit(0);
                assertTrue(lines.stream().anyMatch(line -> line.startsWith(" > " + storm + "(")), lines::toString);
            }
        }
    }

    /** Neither a report nor a core nor any other file is written to the working directory. */
    @Test
    void crashIsReportedAndLeavesNoFile() throws IOException {
        try (Workload workload = Workload.start("storm", "1");
                Tracer tracer =
                        Tracer.startAfter("ulimit -c unlimited; cd '" + folder + "'", "-p", workload.pidText())) {
            tracer.awaitLive();
            tracer.signal("SEGV");
            tracer.awaitExit(1);
            assertTrue(tracer.notices().contains("# A fatal error has been detected by the Java Runtime Environment:"));
        }
        try (Stream<Path> left = Files.list(folder)) {
            assertEquals(List.of(), left.toList());
        }
    }

    @Test
    void commandHasAllCapabilitiesOfRoot() {
        try (Program shell = Program.bash(
                "exec 2>/dev/null; sh -c '" + OWN_RIGHTS + "'; \"$1\" -q -- sh -c '" + OWN_RIGHTS + "'",
                Tracer.executable().toString())) {
            List<String> printed = shell.out().awaitEnd();
            assertEquals(printed.subList(0, printed.size() / 2), printed.subList(printed.size() / 2, printed.size()));
        }
    }

    @Test
    void commandOfAnotherUserHasNoCapability() {
        try (Program shell = Program.bash(
                "\"$1\" -q -u nobody -- sh -c '" + OWN_RIGHTS + "' 2>/dev/null",
                Tracer.executable().toString())) {
            List<String> printed = shell.out().awaitEnd();
            assertTrue(printed.contains("CapPrm:\t0000000000000000"), printed::toString);
            assertTrue(printed.contains("CapEff:\t0000000000000000"), printed::toString);
        }
    }
}
