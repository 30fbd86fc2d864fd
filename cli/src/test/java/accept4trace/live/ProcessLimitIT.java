package accept4trace.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests a cgroup whose process limit is too low for the threads of a JVM, as in some containers. */
@Tag("any-kernel")
@ExtendWith(Privilege.class)
class ProcessLimitIT {
    private static final Path BASH = Path.of("/bin/bash");
    private static final int NO_CONTROLLER = 77;
    private static final String NO_CONTROLLER_HERE = "there is no pids controller";

    /** Uses the pids controller of cgroup v1 or v2. The command is the only process in the cgroup. */
    private static final String RUN_IN_CGROUP =
            """
            exec unshare -m bash -c '
            mount -t cgroup -o pids none "$1" 2>/dev/null || mount -t cgroup2 none "$1" || exit 77
            group=$1/a4t-$$
            trap "rmdir \"$group\"" EXIT
            mkdir "$group" && { [ -e "$group/pids.max" ] || echo +pids >"$1/cgroup.subtree_control"; } || exit 77
            echo "$2" >"$group/pids.max" || exit 77
            shift 2
            (echo $BASHPID >"$group/cgroup.procs" && exec "$@")
            ' bash "$@"
            """;

    @TempDir
    private Path folder;

    @TempDir
    private Path mount;

    /** Returns the arguments of a shell that runs the tool with this limit. */
    private List<String> limited(int limit, String... options) throws IOException {
        Requirements.ownMounts();
        Path script = Files.writeString(folder.resolve("limited"), RUN_IN_CGROUP);
        List<String> all = new ArrayList<>(List.of(
                script.toString(),
                mount.toString(),
                Integer.toString(limit),
                Tracer.executable().toString()));
        all.addAll(List.of(options));
        all.addAll(List.of("-p", Long.toString(ProcessHandle.current().pid())));
        return all;
    }

    /** A JVM needs about ten threads, so only some of these limits are too low. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14})
    void startsOrReportsOneErrorAndAHint(int limit) throws IOException {
        try (Program shell = Program.start(BASH, limited(limit, "-q", "--duration", "0"))) {
            List<String> printed = shell.err().awaitEnd();
            int status = shell.awaitExit();
            Requirements.ofKernel(status != NO_CONTROLLER, NO_CONTROLLER_HERE);
            assertEquals(List.of(), shell.out().awaitEnd());
            if (status == 0) {
                assertTrue(limit > 8, "too few for a JVM");
                assertEquals(List.of(), printed);
            } else {
                assertEquals(1, status, printed::toString);
                assertEquals(2, printed.size(), printed::toString);
                assertTrue(printed.get(0).startsWith("accept4-trace: "), printed::toString);
                assertTrue(printed.get(1).matches("hint: .*\\bulimit -u, .*pids\\.max.*"), printed::toString);
            }
        }
    }

    /**
     * With --stack, the tool fails if it cannot start its helper. With --resolve, it starts several helpers, but needs
     * only one of them. If none starts, the tool prints a hint, and traces without host names, so its status is 0.
     */
    @ParameterizedTest
    @CsvSource({"--stack, 15", "--stack, 16", "--stack, 17", "--resolve, 15", "--resolve, 16", "--resolve, 17"})
    void helpersStartOrReportAHint(String option, int limit) throws IOException {
        try (Program shell = Program.start(BASH, limited(limit, "-q", "--duration", "0", option))) {
            List<String> printed = shell.err().awaitEnd();
            int status = shell.awaitExit();
            Requirements.ofKernel(status != NO_CONTROLLER, NO_CONTROLLER_HERE);
            assertTrue(status == 0 || status == 1, printed::toString);
            assertTrue(printed.isEmpty() || printed.size() == 2, printed::toString);
            assertTrue(status == 0 || printed.size() == 2, printed::toString);
            if (!printed.isEmpty()) {
                assertTrue(printed.get(0).startsWith("accept4-trace: "), printed::toString);
                assertTrue(printed.get(1).matches("hint: .*\\bulimit -u.*"), printed::toString);
            }
        }
    }

    /**
     * --live needs more threads than a trace without it, and more processes, e.g. one that restores the terminal if the
     * tool is killed. So limits that are high enough for a trace without --live can still be too low.
     */
    @ParameterizedTest
    @ValueSource(ints = {12, 13, 14, 15, 16, 17})
    void viewStartsOrReportsAHint(int limit) throws IOException {
        try (Tmux terminal = Tmux.start(folder, 200, 24)) {
            terminal.typeLine("clear; bash '" + String.join("' '", limited(limit, "--live")) + "'; echo status $?");
            String screen = terminal.await(
                    "the view or an error", text -> text.contains("accept queue") || text.contains("\nstatus "));
            Requirements.ofKernel(!screen.contains("\nstatus " + NO_CONTROLLER), NO_CONTROLLER_HERE);
            if (screen.contains("accept queue")) {
                terminal.press("q");
                terminal.await("\nstatus 0");
            } else {
                assertTrue(screen.contains("pids.max of the container\nstatus 1"), screen);
            }
        }
    }
}
