package accept4trace.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Tests a server whose main thread has ended. /proc/PID then shows neither its open files nor its mapped files, so the
 * tool must read them from the folder of a living thread.
 */
@ExtendWith(Privilege.class)
class LeaderlessIT {
    private static final Pattern FUNCTION = Pattern.compile(" > .+\\((\\w+)\\+0x[0-9a-f]+\\) \\[0x[0-9a-f]+\\]");

    @TempDir
    private Path folder;

    private static int listeningPort(Workload workload) {
        long living = Proc.threads(workload.pid()).stream()
                .filter(tid -> tid != workload.pid())
                .findFirst()
                .orElseThrow();
        return Proc.listeningPort(living);
    }

    /** {@code functions}: the workload's functions in the stack, up to the start function of the thread. */
    @ParameterizedTest
    @CsvSource({
        "leaderless, 'syscall make_call accept_in_deeper accept_outer serve'",
        "leaderless generated, 'syscall make_call accept_in_deeper accept_outer generated_caller serve'"
    })
    void stackHasFunctionNames(String arguments, String functions) {
        try (Workload workload = Workload.start("stacks", arguments.split(" "));
                Tracer tracer = Tracer.attach(workload, "--stack", "--count", "1")) {
            workload.go();
            List<String> lines = tracer.out().awaitEnd();
            tracer.awaitExit(0);
            List<String> named = lines.stream()
                    .map(FUNCTION::matcher)
                    .filter(Matcher::matches)
                    .map(matcher -> matcher.group(1))
                    .toList();
            assertTrue(String.join(" ", named).startsWith(functions), lines::toString);
            workload.finish();
            assertEquals(0, workload.awaitExit());
        }
    }

    @Test
    void noticeNamesTheOwnerOfThePort() {
        try (Workload workload = Workload.start("stacks", "leaderless")) {
            int port = listeningPort(workload);
            try (Tracer tracer = Tracer.start("--port", Integer.toString(port), "--count", "1")) {
                tracer.awaitLive();
                /*
                 * The first notice names the owner of the port, or a later notice does if the search for the owner
                 * takes long.
                 */
                String owner = ".*port " + port + ", listening now: " + workload.pid() + " \\(stacks\\).*";
                tracer.err().awaitLine("the port's owner", line -> line.matches(owner));
                workload.go();
                assertEquals(1, tracer.calls().size());
                tracer.awaitExit(0);
            }
        }
    }

    /** The server does not wait in an accept, so it may accept in other ways. */
    @Test
    void hintSaysThatNobodyHasConnectedIfEveryAcceptIsSeen() {
        try (Workload workload = Workload.start("stacks", "leaderless");
                Tracer tracer = Tracer.attach(workload, "-e", "trace=accept4,accept")) {
            String hint = tracer.err().awaitLine("a hint", line -> line.startsWith("hint: no call yet"));
            assertEquals(
                    "hint: no call yet: " + workload.pid() + " listens, "
                            + (Rung.here().seesEveryAccept()
                                    ? "but nobody has connected"
                                    : "and nobody waits now; it may accept by io_uring or as a 32-bit program, which is"
                                            + " not seen without kprobes or fentry"),
                    hint);
            workload.go();
            workload.finish();
            assertEquals(1, tracer.calls().size());
            tracer.awaitExit(0);
        }
    }

    /** The command ends only when the shell, the only writer of the FIFO, ends, so it outlives the tool. */
    @Test
    void commandContinuesAfterTheTrace() {
        String script = "mkfifo \"$3\"; exec 3<>\"$3\"; echo >&3; \"$1\" --count 1 -- \"$2\" leaderless <\"$3\" 3>&-;"
                + " echo $?";
        String tool = Tracer.executable().toString();
        String stacks = Workload.executable("stacks").toString();
        try (Program shell =
                Program.bash(script, tool, stacks, folder.resolve("fifo").toString())) {
            shell.out().awaitLine("the status of the tool", "0"::equals);
            shell.err().awaitLine("the notice", line -> line.endsWith("stacks) continues"));
        }
    }
}
