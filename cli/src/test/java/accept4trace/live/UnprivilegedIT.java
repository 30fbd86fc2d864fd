package accept4trace.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests tracing by an ordinary user who has capabilities, and the reports about missing capabilities. */
@ExtendWith(Privilege.class)
class UnprivilegedIT {
    private static final String SETTING = "hint: kernel.perf_event_paranoid is 3, so tracing needs CAP_SYS_ADMIN;"
            + " after sysctl kernel.perf_event_paranoid=2, CAP_PERFMON is enough";
    private static final String FILE_CAPABILITIES = "cap_bpf,cap_perfmon,cap_dac_read_search,cap_sys_ptrace=ep";

    @TempDir
    private Path folder;

    @Test
    void fourCapabilitiesSufficeForProcessesOfOthers() {
        try (Workload workload = Workload.start("storm", "1");
                Tracer tracer = Tracer.startAfter(
                        Unprivileged.with(Unprivileged.ENOUGH), "--stack", "--count", "1", "-p", workload.pidText())) {
            assertEquals(Rung.here().label(), tracer.awaitLive());
            Await.until("every thread is confined", () -> Proc.threads(tracer.pid()).stream()
                    .allMatch(tid -> keepsOnlyWhatItNeeds(Proc.threadStatus(tracer.pid(), tid))));
            workload.go();
            List<String> lines = tracer.out().awaitEnd();
            tracer.awaitExit(0);
            String frame = " > " + Workload.executable("storm") + "(";
            assertTrue(lines.stream().anyMatch(line -> line.startsWith(frame)), lines::toString);
            assertFalse(
                    tracer.notices().stream().anyMatch(line -> line.contains("missing")), tracer.notices()::toString);
        }
    }

    @Test
    void checkFindsTheSameHooksAsForRoot() {
        try (Tracer user = Tracer.startAfter(Unprivileged.with(Unprivileged.ENOUGH), "--check");
                Tracer root = Tracer.start("--check")) {
            assertEquals(root.out().awaitEnd(), user.out().awaitEnd());
            user.awaitExit(0);
        }
    }

    private static boolean keepsOnlyWhatItNeeds(List<String> status) {
        String kept = Proc.kernelVersion() < 5019 ? "0000008000080004" : "0000000000080004";
        return status.isEmpty()
                || status.containsAll(List.of(
                        "CapInh:\t0000000000000000",
                        "CapPrm:\t" + kept,
                        "CapEff:\t" + kept,
                        "CapAmb:\t0000000000000000",
                        "NoNewPrivs:\t1",
                        "Seccomp:\t2"));
    }

    /** Stacks need the files that the process has mapped. Without CAP_SYS_PTRACE, these files are unreadable. */
    @Test
    void unreadableStackIsReportedAsAMissingCapability() {
        String missing = "CAP_SYS_PTRACE is missing: open files and stacks of other users' processes are unreadable";
        try (Workload workload = Workload.start("storm", "1");
                Tracer tracer = Tracer.startAfter(
                        Unprivileged.with("bpf perfmon dac_read_search"),
                        "--stack",
                        "--count",
                        "1",
                        "-p",
                        workload.pidText())) {
            tracer.awaitLive();
            workload.go();
            tracer.awaitExit(0);
            List<String> notices = tracer.notices();
            assertTrue(notices.contains("accept4-trace: " + missing), notices::toString);
            assertEquals(
                    List.of("hint: " + missing),
                    notices.stream().filter(line -> line.startsWith("hint: ")).toList());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "perfmon dac_read_search sys_ptrace | not allowed to trace: CAP_BPF missing | CAP_BPF is missing: BPF"
                        + " programs cannot be loaded",
                "bpf dac_read_search sys_ptrace | not allowed to trace: CAP_PERFMON missing | CAP_PERFMON is missing:"
                        + " BPF programs cannot be attached",
                "bpf perfmon sys_ptrace | cannot attach to syscalls:sys_exit_accept4: EACCES (Permission denied) |"
                        + " CAP_DAC_READ_SEARCH is missing: open files of other users' processes are unreadable"
            })
    void checkNamesTheMissingCapability(String capabilities, String error, String missing) {
        try (Tracer check = Tracer.startAfter(Unprivileged.with(capabilities), "--check")) {
            check.awaitExit(1);
            List<String> lines = check.out().awaitEnd();
            assertEquals("accept4-trace: " + error, check.notices().get(0));
            assertEquals(missing, lines.get(lines.size() - 1));
            assertTrue(check.notices().get(1).startsWith("hint: "), check.notices()::toString);
        }
    }

    @Test
    void unreadableTracefsIsNotTakenForMissingHooks() {
        try (Tracer tracer = Tracer.startAfter(Unprivileged.with("bpf perfmon sys_ptrace"), "--all")) {
            tracer.awaitExit(1);
            assertEquals(
                    "hint: only root can read tracefs: grant CAP_DAC_READ_SEARCH, or remount it with -o gid=GROUP,mode=750",
                    tracer.notices().get(tracer.notices().size() - 1));
        }
        try (Tracer check = Tracer.startAfter(Unprivileged.with("bpf perfmon sys_ptrace"), "--check")) {
            String fentry = check.out().awaitLine("the row of fentry", line -> line.startsWith("fentry "));
            assertTrue(fentry.endsWith("(EACCES: Permission denied)"), fentry);
        }
    }

    @Tag("own-machine")
    @Test
    void tracefsCanBeOpenedToAGroup() {
        String prepared = Unprivileged.with("bpf perfmon sys_ptrace");
        remountTracefs("gid=" + Unprivileged.USER + ",mode=750");
        try (Tracer check = Tracer.startAfter(prepared, "--check")) {
            check.awaitExit(0);
        } finally {
            remountTracefs("gid=0,mode=700");
        }
    }

    private static void remountTracefs(String options) {
        try (Program mount = Program.bash("mount -o remount,\"$1\" /sys/kernel/tracing", options)) {
            assertEquals(0, mount.awaitExit(), () -> mount.err().awaitEnd().toString());
        }
    }

    /**
     * Debian's kernels have an additional level 3 of perf_event_paranoid, with which CAP_PERFMON is not enough. Level 3
     * is their default.
     */
    @Tag("own-machine")
    @Test
    void hintNamesTheSettingThatReservesPerfEventsForRoot() throws IOException {
        int before = Unprivileged.paranoid();
        String prepared = Unprivileged.withoutLimit(Unprivileged.ENOUGH);
        try {
            Files.writeString(Unprivileged.PARANOID, "3");
            try (Tracer check = Tracer.startAfter(prepared, "--check");
                    Tracer tracer = Tracer.startAfter(prepared, "--all")) {
                int status = check.awaitExit();
                Requirements.ofKernel(status != 0, "this kernel has no level 3 of kernel.perf_event_paranoid");
                assertTrue(check.out().awaitEnd().get(0).endsWith(", perf_event_paranoid 3"), check.out()::toString);
                tracer.awaitExit(1);
                for (Tracer run : List.of(check, tracer)) {
                    assertTrue(
                            run.notices()
                                    .get(0)
                                    .matches("accept4-trace: cannot attach to syscalls:sys_\\w+_accept4:"
                                            + " EACCES \\(Permission denied\\)"),
                            run.notices()::toString);
                    assertEquals(SETTING, run.notices().get(1));
                }
            }
            Files.writeString(Unprivileged.PARANOID, "2");
            try (Tracer check = Tracer.startAfter(prepared, "--check")) {
                check.awaitExit(0);
                assertTrue(check.out().awaitEnd().get(0).endsWith(", perf_event_paranoid 2"), check.out()::toString);
            }
        } finally {
            Files.writeString(Unprivileged.PARANOID, Integer.toString(before));
        }
    }

    @Test
    void hintNamesTheLimitOfLockedMemory() {
        Requirements.ofKernel(Unprivileged.countsLockedMemory(), "BPF programs do not count as locked memory here");
        Requirements.openToEverybody(Tracer.executable());
        String prepared = "ulimit -l 64; " + Unprivileged.limited(Unprivileged.ENOUGH);
        try (Tracer tracer = Tracer.startAfter(prepared, "--check")) {
            tracer.awaitExit(1);
            assertEquals(
                    List.of(
                            "accept4-trace: cannot load the BPF programs: EPERM (Operation not permitted)",
                            "hint: before Linux 5.11, BPF programs count as locked memory, which is limited to 65536"
                                    + " bytes here: ulimit -l unlimited"),
                    tracer.notices());
        }
    }

    /**
     * Members of the executable's group can trace, because the executable has file capabilities. COMMAND gets no
     * capability.
     */
    @Test
    void membersOfTheGroupCanTrace() throws IOException {
        Unprivileged.with(Unprivileged.ENOUGH);
        Path copy = copyForGroup();
        try (Program member = asMember(
                copy,
                "\"$1\" -q -- grep -E '^Cap(Prm|Eff|Amb)' /proc/self/status;"
                        + " LD_PRELOAD=/nonexistent GCONV_PATH=/nonexistent \"$1\" --duration 0 -p 1")) {
            List<String> lines = member.out().awaitEnd();
            assertEquals(
                    List.of("CapPrm:\t0000000000000000", "CapEff:\t0000000000000000", "CapAmb:\t0000000000000000"),
                    lines.subList(0, 3));
            assertEquals(0, member.awaitExit(), member.err()::toString);
            List<String> notices = member.err().awaitEnd();
            assertTrue(notices.contains("accept4-trace: detached after 0 calls, 0 events lost"), notices::toString);
            assertFalse(notices.stream().anyMatch(line -> line.contains("ld.so")), notices::toString);
        }
    }

    /**
     * If the tool ran nevertheless, the owner of the folder could replace the tool's libraries, and so use its
     * capabilities.
     */
    @Test
    void copyThatOthersCanChangeIsRejected() throws IOException {
        Path copy = copyForGroup();
        try (Program chown = Program.bash("chown " + Unprivileged.USER + " \"$1\"", folder.toString())) {
            assertEquals(0, chown.awaitExit());
        }
        try (Program member = asMember(copy, "\"$1\" --version")) {
            assertEquals(1, member.awaitExit());
            assertEquals(
                    List.of(
                            "accept4-trace: cannot load its libraries: another user can change the path of the"
                                    + " installation",
                            "hint: a command with capabilities must be installed in folders that only root can write"
                                    + " to"),
                    member.err().awaitEnd());
        }
    }

    private Path copyForGroup() throws IOException {
        Requirements.installed("setcap");
        Path tree = Tracer.executable().getParent().getParent();
        try (Program install = Program.bash(
                "chmod 755 \"$2\"; cp -r \"$1\" \"$2/tree\"; chown -R 0:0 \"$2/tree\"; cd \"$2/tree/bin\";"
                        + " chgrp " + Unprivileged.USER + " accept4-trace; chmod 750 accept4-trace;"
                        + " setcap " + FILE_CAPABILITIES + " accept4-trace",
                tree.toString(),
                folder.toString())) {
            assertEquals(0, install.awaitExit(), install.err()::toString);
        }
        return folder.resolve("tree/bin/accept4-trace");
    }

    /** Runs the script as another user of the group. $1 is the copy of the tool. */
    private static Program asMember(Path copy, String script) {
        return Program.bash(
                "ulimit -l unlimited 2>/dev/null; exec setpriv --reuid=61004 --regid=" + Unprivileged.USER
                        + " --clear-groups bash -c \"$2\" bash \"$1\"",
                copy.toString(),
                script);
    }
}
