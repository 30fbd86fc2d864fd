package accept4trace.live;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests the hint that the tool prints after three seconds without a call, with each kind of target. For cgroups, also
 * tests that --diagnose reports the same.
 */
@ExtendWith(Privilege.class)
class SilenceIT {
    private static final String MOVE =
            "mount -t cgroup2 cgroup2 /sys/fs/cgroup; mkdir -p /sys/fs/cgroup/a4t-silence/inner; "
                    + "echo %d >/sys/fs/cgroup/a4t-silence/inner/cgroup.procs";

    private static long server(Workload workload) {
        return ProcessHandle.of(workload.pid())
                .orElseThrow()
                .children()
                .findFirst()
                .orElseThrow()
                .pid();
    }

    private static String hint(Tracer tracer) {
        return masked(tracer.err().awaitLine("a hint", line -> line.startsWith("hint: no call yet")));
    }

    private static String masked(String line) {
        return line.replaceAll("\\d+\\.\\d s", "T");
    }

    /**
     * Ends the workload, which prints the headline of the finding that --diagnose would report. Returns the
     * corresponding hint.
     */
    private static String expected(Workload workload) {
        workload.go();
        String headline = workload.linesUntil("done").get(0);
        workload.finish();
        return headline.replaceFirst("^stuck on ", "hint: no call yet on ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-f -p PARENT",
                "--port=PORT",
                "--all --listener=127.0.0.1:PORT",
                "--comm=stopped --all",
                "--uid=root --port=PORT",
                "--netns=SERVER --port=PORT",
                "--all --port=PORT --family=inet"
            })
    void saysWhoWaitsAndWhatTheServerDoes(String options) {
        try (Workload workload = Workload.start("stuck", "stopped")) {
            String target = options.replace("PARENT", workload.pidText())
                    .replace("SERVER", Long.toString(server(workload)))
                    .replace("PORT", Integer.toString(Proc.listeningPort(server(workload))));
            try (Tracer tracer = Tracer.start(target.split(" "))) {
                String hint = hint(tracer);
                assertEquals(expected(workload), hint);
            }
        }
    }

    /** In a new PID namespace, --all covers only the processes that the test starts there. */
    @Tag("any-kernel")
    @ParameterizedTest
    @CsvSource({"idle, nobody waits on the only listener", "none, no process has a listening socket"})
    void wholeMachine(String server, String expected) {
        Requirements.ownMounts();
        String start = server.equals("idle")
                ? "exec 4< <(exec " + Workload.executable("stuck") + " idle); read -r _ <&4; "
                : "";
        String preparation = "exec unshare -m -p -f --mount-proc --kill-child bash -c '" + start
                + "\"$@\" </dev/null; exit $?' bash \"$@\"";
        try (Tracer tracer = Tracer.startAfter(preparation, "--all")) {
            assertEquals("hint: no call yet: " + expected, hint(tracer));
        }
    }

    @Test
    void nobodyHasConnected() {
        try (Workload workload = Workload.start("stuck", "idle")) {
            String server = "idle[" + server(workload) + "]";
            String port = Integer.toString(Proc.listeningPort(server(workload)));
            try (Tracer tracer = Tracer.start("--port", port)) {
                assertEquals("hint: no call yet: " + server + " listens, but nobody has connected", hint(tracer));
            }
            try (Tracer tracer = Tracer.start("--port", port, "--comm", "other")) {
                assertEquals("hint: no call yet: no listening socket matches the filters", hint(tracer));
            }
        }
    }

    /**
     * TCP_DEFER_ACCEPT keeps a client out of the accept queue until it sends something, but the hint must mention this
     * client.
     */
    @Test
    void clientThatHasSentNothingIsNotForgotten() {
        try (Workload workload = Workload.start("stuck", "deferred");
                Tracer tracer = Tracer.start("-p", Long.toString(server(workload)))) {
            assertEquals(
                    "hint: no call yet: " + server(workload) + " listens, but nobody has connected and sent data;"
                            + " 1 handshake is not complete, because of TCP_DEFER_ACCEPT if the client has sent nothing"
                            + " yet",
                    hint(tracer));
        }
    }

    private static Tracer startInCgroup(Workload workload, String... options) {
        return Tracer.startAfter(
                "exec unshare -m bash -c '" + MOVE.formatted(server(workload)) + "; exec \"$@\"' bash \"$@\"", options);
    }

    /**
     * Runs the tool in a private mount namespace, so that the unified cgroup hierarchy can be mounted on any machine.
     */
    @ParameterizedTest
    @ValueSource(strings = {"/a4t-silence", "/a4t-silence/inner", "/sys/fs/cgroup/a4t-silence"})
    void processesOfACgroup(String cgroup) {
        Requirements.ownMounts();
        try (Workload workload = Workload.start("stuck", "stopped");
                Tracer tracer = startInCgroup(workload, "--all", "--cgroup", cgroup)) {
            String hint = hint(tracer);
            assertEquals(expected(workload), hint);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "--cgroup=/a4t-silence, true",
        "--cgroup=/a4t-silence --uid=root, true",
        "--cgroup=/a4t-silence --uid=1, false"
    })
    void diagnosesProcessesOfACgroup(String target, boolean found) {
        Requirements.ownMounts();
        String options = "--diagnose=3s --all " + target;
        try (Workload workload = Workload.start("stuck", "stopped");
                Tracer tracer = startInCgroup(workload, options.split(" "))) {
            List<String> lines = tracer.out().awaitEnd();
            tracer.awaitExit(0);
            String expected = expected(workload).replaceFirst("hint: no call yet on ", "stuck on ");
            assertEquals(
                    found ? List.of(expected) : List.of(),
                    Headlines.of(lines).stream().map(SilenceIT::masked).toList(),
                    () -> String.join("\n", lines));
        }
    }
}
