package accept4trace.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests commands that the tracer starts. */
@ExtendWith(Privilege.class)
class CommandIT {
    @TempDir
    private Path folder;

    /**
     * The tracer ends with the command's status. If a signal killed the command, the shell prints 128 + the number of
     * the signal.
     */
    @Tag("any-kernel")
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"sh -c 'exit 3' | 3", "sh -c 'kill -KILL $$' | 137", "/nonexistent | 127", "/etc/passwd | 126"})
    void returnsTheStatusOfTheCommand(String command, int status) {
        try (Program shell = bash("\"$1\" -q -- " + command + " 2>/dev/null; echo $?")) {
            assertEquals(List.of(Integer.toString(status)), shell.out().awaitEnd());
        }
    }

    /**
     * The command gets its input only after the tracer has ended, so the line "alive" proves that the command is still
     * running then.
     */
    @Tag("any-kernel")
    @ParameterizedTest
    @ValueSource(strings = {"--duration=100ms", "--diagnose=100ms"})
    void commandContinuesAfterTheTrace(String limit) {
        String fifo = folder.resolve("fifo").toString();
        /*
         * This test gets the output of the shell only until the shell ends, and the command may live longer. So the
         * command writes "alive" to a FIFO, which the shell reads and prints.
         */
        String script = "mkfifo \"$2\" \"$2.back\"; \"$1\" " + limit
                + " -- sh -c 'read -r _ <\"$0\"; echo alive >\"$0.back\"' \"$2\"; echo $?; echo >\"$2\"; cat \"$2.back\"";
        try (Program shell = bash(script, fifo)) {
            List<String> printed = shell.out().awaitEnd();
            assertEquals(List.of("0", "alive"), printed.subList(printed.size() - 2, printed.size()));
            assertTrue(shell.err().awaitEnd().stream()
                    .anyMatch(line -> line.matches("accept4-trace: \\d+ \\(sh\\) continues")));
        }
    }

    /** After the tool has ended, the command keeps its session, process group, streams, signals and credentials. */
    @Tag("any-kernel")
    @Test
    void commandContinuesUnchanged() {
        String fifo = folder.resolve("fifo").toString();
        String world = "$(ps -o sid=,pgid=,tty= -p $$; readlink /proc/$$/fd/{0,1,2};"
                + " grep -E '^(SigIgn|SigCgt|Uid|CapEff)' /proc/$$/status)";
        String command = "before=" + world + "; read -r _ <\"$0\"; after=" + world
                + "; [ \"$before\" = \"$after\" ] && echo same >\"$0.back\" || echo \"$before $after\" >\"$0.back\"";
        String script =
                "mkfifo \"$2\" \"$2.back\"; \"$1\" --duration=0 -- bash -c \"$3\" \"$2\"; echo $?; echo >\"$2\";"
                        + " cat \"$2.back\"";
        try (Program shell = bash(script, fifo, command)) {
            assertEquals(List.of("0", "same"), shell.out().awaitEnd());
        }
    }

    /** The command ignores SIGINT, SIGTERM and SIGHUP, so only SIGKILL can end it. */
    @Tag("any-kernel")
    @ParameterizedTest
    @ValueSource(strings = {"--duration=1s", "--diagnose=1s", "-f --duration=1s"})
    void commandIsKilledAtTheEnd(String limit) {
        String command = "trap '' INT TERM HUP; echo ready; while :; do read -r _; done";
        String script = "\"$1\" " + limit + " --kill-on-exit -- sh -c \"$2\" < <(sleep 1000); echo $?";
        try (Program shell = bash(script, command)) {
            assertEquals(List.of("ready", "0"), shell.out().awaitEnd());
            String killed = "accept4-trace: (\\d+) \\(sh\\) has been killed";
            String notice = shell.err().awaitLine("the end", line -> line.matches(killed));
            assertTrue(Proc.hasEnded(Long.parseLong(notice.replaceFirst(killed, "$1"))));
        }
    }

    /** With -f, a child in its own session is killed, too, although its parent, the command, is killed first. */
    @Tag("any-kernel")
    @Test
    void followedChildrenAreKilled() {
        String command = "setsid sh -c 'echo $$; exec sleep 1000' & wait";
        List<String> arguments = List.of("-q", "-f", "--kill-on-exit", "--", "sh", "-c", command);
        try (Program tracer = Program.start(Tracer.executable(), arguments)) {
            tracer.out().awaitLines(1);
            long child = Long.parseLong(tracer.out().line(0));
            Program.signal("TERM", tracer.pid());
            assertEquals(143, tracer.awaitExit());
            assertTrue(Proc.hasEnded(child));
        }
    }

    @Tag("any-kernel")
    @Test
    void commandIsKilledIfTheToolIsKilled() {
        List<String> arguments = List.of("-q", "--kill-on-exit", "--", "sh", "-c", "echo $$; exec sleep 1000");
        try (Program tracer = Program.start(Tracer.executable(), arguments)) {
            tracer.out().awaitLines(1);
            long command = Long.parseLong(tracer.out().line(0));
            Program.signal("KILL", tracer.pid());
            assertEquals(137, tracer.awaitExit());
            Await.until("the command has ended", () -> Proc.hasEnded(command));
        }
    }

    @Tag("any-kernel")
    @Test
    void killOnExitKeepsTheStatusOfTheCommand() {
        try (Program shell = bash("\"$1\" -q --kill-on-exit -- sh -c 'exit 3' 2>/dev/null; echo $?")) {
            assertEquals(List.of("3"), shell.out().awaitEnd());
        }
    }

    @Tag("any-kernel")
    @ParameterizedTest
    @ValueSource(strings = {"no such command", ""})
    void commandThatCannotRunIsReported(String command) {
        try (Program tracer = Program.start(Tracer.executable(), List.of("-q", "--", command))) {
            assertEquals(127, tracer.awaitExit());
            List<String> printed = tracer.err().awaitEnd();
            String last = String.join("\n", printed.subList(printed.size() - 2, printed.size()));
            assertEquals(
                    "accept4-trace: cannot run " + command + ": command not found\n"
                            + "hint: check its name, or give its path",
                    last);
        }
    }

    /** The kernel also returns ENOENT for a script whose interpreter is missing. */
    @Tag("any-kernel")
    @Test
    void missingInterpreterIsNotAMissingCommand() throws IOException {
        Path script = Files.writeString(folder.resolve("script"), "#!/nonexistent\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
        try (Program shell = bash("PATH=$2 \"$1\" -q -- script 2>&1; echo $?", folder.toString())) {
            assertEquals(
                    List.of(
                            "accept4-trace: cannot run script: its interpreter is missing",
                            "hint: file(1) shows the interpreter of a script or of an ELF file",
                            "126"),
                    shell.out().awaitEnd());
        }
    }

    @Test
    void commandIsTracedFromItsFirstInstruction() throws IOException {
        Path output = folder.resolve("output");
        String storm = Workload.executable("storm").toString();
        try (Program shell = bash("echo | \"$1\" -o \"$2\" -- \"$3\" 5 mixed", output.toString(), storm)) {
            assertEquals(List.of("ready", "5"), shell.out().awaitEnd());
            assertEquals(0, shell.awaitExit());
        }
        List<String> lines = Files.readAllLines(output);
        assertEquals(5, TracedCall.parseAll(lines.subList(0, lines.size() - 1)).size());
        assertTrue(lines.get(5).endsWith("<storm>] +++ exited with 0 +++"), lines.get(5));
    }

    /** Even a fast command makes its first call only once the hooks are live. */
    @Test
    void firstCallIsNeverMissed() throws IOException {
        String first = Workload.executable("first").toString();
        Path output = folder.resolve("output");
        String[] arguments = {
            output.toString(), first, Integer.getInteger("a4t.runs", 100).toString()
        };
        String script = "for i in $(seq \"$4\"); do \"$1\" -q -o \"$2.$i\" -- \"$3\" || exit; done";
        try (Program shell = bash(script, arguments)) {
            assertEquals(0, shell.awaitExit());
        }
        for (int run = 1; run <= Integer.parseInt(arguments[2]); run++) {
            List<String> lines = Files.readAllLines(Path.of(output + "." + run));
            assertEquals(2, lines.size(), lines::toString);
            assertTrue(lines.get(0).contains("<first>] accept4(-1, NULL, NULL, 0) = -1 EBADF "), lines.get(0));
        }
    }

    @Tag("any-kernel")
    @Test
    void runsAsTheGivenUser() {
        String ids = "id -u; id -g; id -G";
        try (Program shell = bash("\"$1\" -q -u nobody -- sh -c '" + ids + "' 2>/dev/null; "
                + "for i in -u -g -G; do id $i nobody; done")) {
            List<String> printed = shell.out().awaitEnd();
            assertEquals(printed.subList(3, 6), printed.subList(0, 3));
        }
    }

    @Tag("any-kernel")
    @Test
    void unknownUserIsReported() {
        try (Program tracer = Program.start(Tracer.executable(), List.of("-q", "-u", "no such", "--", "true"))) {
            assertEquals(1, tracer.awaitExit());
            assertEquals(
                    List.of(
                            "accept4-trace: no such user: no such",
                            "hint: getent passwd lists the users; -u requires a name"),
                    tracer.err().awaitEnd());
        }
    }

    @Tag("any-kernel")
    @Test
    void linesGoToStderr() {
        String storm = Workload.executable("storm").toString();
        try (Program shell = bash("echo | \"$1\" -q \"$2\" 1", storm)) {
            assertEquals(List.of("ready", "1"), shell.out().awaitEnd());
            assertEquals(2, shell.err().awaitEnd().size());
        }
    }

    /**
     * On a terminal, ^C reaches both the tracer and the command. The tracer ignores it, so that the command decides
     * whether to end. SIGTERM ends the trace, but not the command.
     */
    @Tag("any-kernel")
    @Test
    void sigintOnlyReachesTheCommandAndSigtermDetaches() {
        String command = "trap \"\" INT; echo $$; read -r _; echo alive";
        List<String> arguments = List.of("-q", "--", "sh", "-c", command);
        try (Program tracer = Program.start(Tracer.executable(), arguments)) {
            tracer.out().awaitLines(1);
            Program.signal("INT", tracer.pid());
            Program.signal("TERM", tracer.pid());
            assertEquals(143, tracer.awaitExit());
            tracer.sendLine();
            assertEquals("alive", tracer.out().awaitEnd().get(1));
        }
    }

    /** The launcher and the JVM change their environment, limits, signals and descriptors, but not those of COMMAND. */
    @Test
    void commandInheritsTheOriginalState() {
        String world = "env | grep -E \"JAVA|ACCEPT4\"; ulimit -n; ulimit -l; "
                /*
                 * In each signal mask, omits the eighth and the ninth hexadecimal digit from the right. They contain
                 * signals 32 and 33, which the C library uses itself, so they can differ.
                 */
                + "sed -En \"s/^(Sig(Blk|Ign).*)..(.{7})/\\1\\3/p\" /proc/self/status; ls /proc/self/fd; printf \"<%s>\" \"$@\"";
        String script =
                "ulimit -l 64; exec 5</dev/null 9</etc/passwd; export JAVA_TOOL_OPTIONS=-Da=b; set -- \"$1\" bash -c '"
                        + world + "' x 'a  b' '' $'\\xff\\n';"
                        + " tool=$1; shift; \"$@\"; echo; echo =; \"$tool\" -q -- \"$@\" 2>/dev/null";
        try (Program shell = bash(script)) {
            String all = String.join("\n", shell.out().awaitEnd());
            int middle = all.indexOf("\n=\n");
            assertTrue(all.startsWith("JAVA_TOOL_OPTIONS=-Da=b\n"), all);
            assertEquals(all.substring(0, middle), all.substring(middle + 3));
        }
    }

    private static Program bash(String script, String... arguments) {
        String[] all = new String[arguments.length + 1];
        all[0] = Tracer.executable().toString();
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        return Program.bash(script, all);
    }
}
