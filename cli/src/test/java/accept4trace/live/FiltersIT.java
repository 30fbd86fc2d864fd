package accept4trace.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertIterableEquals;

import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests that each filter passes exactly the matching calls. */
@ExtendWith(Privilege.class)
class FiltersIT {
    private static final String MOVE =
            "mount -t cgroup2 cgroup2 /sys/fs/cgroup; mkdir -p /sys/fs/cgroup/a4t-test/inner; "
                    + "echo %d >/sys/fs/cgroup/a4t-test/cgroup.procs";

    /**
     * Filters by values that the BPF programs read from kernel structures. The structures differ between kernels, so
     * this test runs on every kernel.
     */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--family=inet | <TCP:",
                "--family=unix | <UNIX",
                "--peer=127.0.0.0/8 | ->(\\[::ffff:)?127\\.",
                "--peer=::1 | ->\\[::1\\]",
                "--listener=127.0.0.1 | \\(\\d+<TCP:\\[127\\.0\\.0\\.1:",
                "--status=!successful | \\) = -1 ",
                "--comm=calls --uid=root | accept4",
                "--comm=fifteen-letters --comm=calls | accept4"
            })
    void filtersByValuesInKernelStructures(String options, String wanted) {
        check(options, wanted);
    }

    /**
     * Filters by values that all kernels pass to the BPF programs in the same way, so one kernel is enough for this
     * test.
     */
    @Tag("any-kernel")
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--family=10 | <TCPv6:",
                "--fd=4 | ^accept4\\(4<",
                "--fd=6,99 --fd=4 | ^accept4\\([46]<",
                "-z | \\) = \\d",
                "-Z | \\) = -1 ",
                "--listener=[::] --peer=::1 | ->\\[::1\\]",
                "--min-wait=1h | nothing",
                "--min-duration=1h | nothing",
                "--comm=call --comm=calls2 | nothing",
                "--uid=nobody | nothing"
            })
    void filtersByOtherValues(String options, String wanted) {
        check(options, wanted);
    }

    /** Compares the trace with those of the workload's lines that match {@code wanted}. */
    private static void check(String options, String wanted) {
        try (Workload workload = Workload.start("calls");
                Tracer tracer = Tracer.attach(workload, options.split(" "))) {
            workload.go();
            List<String> expected = workload.lines().stream()
                    .filter(line -> Pattern.compile(wanted).matcher(line).find())
                    .map(Rung.here()::shows)
                    .toList();
            List<String> calls =
                    tracer.calls().stream().map(TracedCall::unmeasured).toList();
            assertIterableEquals(withoutOrder(expected), withoutOrder(calls));
            tracer.awaitExit(0);
        }
    }

    /** Removes the field {@code ahead=}, because it depends on which accepts are traced, i.e. on the filter. */
    private static List<String> withoutOrder(List<String> lines) {
        return lines.stream().map(line -> line.replaceFirst(" ahead=\\d+", "")).toList();
    }

    /**
     * The filter rejects the caller's name at the entry of the call, and matches the caller's new name at the exit. The
     * line must nevertheless show what was recorded at the entry.
     */
    @Test
    void callerRenamedDuringTheCallKeepsItsEntry() {
        try (Workload workload = Workload.start("renamed");
                Tracer tracer = Tracer.attach(workload, "--comm", "after")) {
            workload.go();
            List<String> expected = workload.lines().stream()
                    .map(line -> line + Rung.here().peerMark())
                    .toList();
            assertIterableEquals(
                    expected,
                    tracer.calls().stream().map(TracedCall::unmeasuredLine).toList());
            tracer.awaitExit(0);
        }
    }

    @Test
    void portNeedsNoTarget() {
        try (Workload workload = Workload.start("waits")) {
            int port = Proc.listeningPort(workload.pid());
            try (Tracer tracer = Tracer.start("--port", Integer.toString(port), "--count", "5")) {
                tracer.awaitLive();
                /*
                 * The first notice names the owner of the port, or a later notice does if the search for the owner
                 * takes long.
                 */
                String owner = ".*port " + port + ", listening now: " + workload.pid() + " \\(waits\\).*";
                tracer.err().awaitLine("the port's owner", line -> line.matches(owner));
                workload.go();
                List<TracedCall> calls = tracer.calls();
                tracer.awaitExit(0);
                assertEquals(5, calls.size());
                calls.forEach(call -> assertEquals(workload.pid(), call.tid()));
            }
        }
    }

    @Test
    void filtersByTheListenersNetworkNamespace() {
        try (Workload workload = Workload.start("storm", "1", "eagain")) {
            String own = Long.toString(ProcessHandle.current().pid());
            try (Tracer tracer = Tracer.attach(workload, "--netns", own)) {
                workload.go();
                workload.finish();
                assertEquals(1, tracer.calls().size());
                tracer.awaitExit(0);
            }
        }
    }

    @Test
    void otherNetworkNamespaceMatchesNothing() {
        try (Program elsewhere = Program.bash("exec unshare -n bash -c 'echo ready; read -r'")) {
            elsewhere.out().awaitLine("ready", "ready"::equals);
            try (Workload workload = Workload.start("storm", "1", "eagain");
                    Tracer tracer = Tracer.attach(workload, "--netns", Long.toString(elsewhere.pid()))) {
                workload.go();
                workload.finish();
                assertEquals(List.of(), tracer.calls());
                tracer.awaitExit(0);
            }
        }
    }

    /**
     * Runs the tool in a private mount namespace, so that the unified cgroup hierarchy can be mounted on any machine.
     */
    @ParameterizedTest
    @CsvSource({"/a4t-test, 1", "/, 1", "/a4t-test/inner, 0"})
    void cgroupIncludesItsDescendants(String cgroup, int calls) {
        Requirements.ownMounts();
        try (Workload workload = Workload.start("storm", "1", "eagain");
                Tracer tracer = Tracer.startAfter(
                        "exec unshare -m bash -c '" + MOVE.formatted(workload.pid()) + "; exec \"$@\"' bash \"$@\"",
                        "--cgroup",
                        cgroup,
                        "-p",
                        workload.pidText())) {
            tracer.awaitLive();
            workload.go();
            workload.finish();
            assertEquals(calls, tracer.calls().size());
            tracer.awaitExit(0);
        }
    }
}
