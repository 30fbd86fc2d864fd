package accept4trace.targets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import accept4trace.capture.CaptureException;
import accept4trace.fake.FakeSnapshots;
import accept4trace.fake.FakeSource;
import accept4trace.fake.FakeSystem;
import accept4trace.outcome.Outcome;
import accept4trace.outcome.UserError;
import accept4trace.output.Notices;
import accept4trace.proc.Processes;
import accept4trace.queue.QueueRecords;
import accept4trace.text.Errno;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CommandTest {

    private final FakeSource source = new FakeSource();
    private final FakeSystem system = new FakeSystem();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir
    private Path proc;

    private boolean mustEnd;

    private Command command(String user) {
        Namesakes none = new Namesakes("", new Processes(proc), Runnable::run);
        return command(List.of("serv\u001ber", "-v"), user, none);
    }

    private Command command(List<String> words, String user, Namesakes namesakes) {
        Notices notices = new Notices(new PrintStream(err, true, StandardCharsets.UTF_8), false);
        return new Command(words, user, mustEnd, namesakes, new Processes(proc), pid -> false, notices);
    }

    private Command traced() throws Exception {
        Command command = command(null);
        command.trace(source);
        return command;
    }

    private void state(String state) throws IOException {
        Path folder = Files.createDirectories(proc.resolve(Integer.toString(FakeSource.COMMAND)));
        Files.writeString(folder.resolve("status"), "State:\t" + state + "\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "2 | 127 | command not found | check its name, or give its path",
                "79 | 126 | its interpreter is missing | file(1) shows the interpreter of a script or of an ELF file",
                "13 | 126 | EACCES (Permission denied) | give an executable file for this processor"
            })
    void commandThatCannotBeRun(int errno, int status, String why, String hint) throws Exception {
        Command command = traced();
        source.releaseFailure = new CaptureException("run the command", errno, "");
        UserError error = assertThrows(UserError.class, () -> command.release(source));
        assertEquals(status, error.status());
        assertEquals("cannot run serv?er: " + why, error.getMessage());
        assertEquals(hint, error.hint());
    }

    @Test
    void unknownUser() {
        source.spawnFailure = new CaptureException("find the user", Errno.ENOENT, "");
        UserError error =
                assertThrows(UserError.class, () -> command("nobody else").trace(source));
        assertEquals(1, error.status());
        assertEquals("no such user: nobody else", error.getMessage());
        assertEquals("getent passwd lists the users; -u requires a name", error.hint());
    }

    @ParameterizedTest
    @CsvSource({", 2", "root, 3"})
    void otherFailuresArePassedOn(String user, int errno) {
        source.spawnFailure = new CaptureException("start the command", errno, "");
        assertThrows(CaptureException.class, () -> command(user).trace(source));
    }

    /** {@code waitStatus} is as in wait(2). */
    @ParameterizedTest
    @CsvSource({"0x0000, 0, 0", "0x0700, 7, 0", "0x0009, 0, 9", "0x008b, 0, 11"})
    void outcomeIsThatOfTheCommand(String waitStatus, int status, int signal) throws Exception {
        system.waitStatuses.put(FakeSource.COMMAND, Integer.decode(waitStatus));
        assertEquals(new Outcome(status, signal), traced().outcome(true, system));
        state("Z (zombie)");
        assertEquals(new Outcome(status, signal), traced().outcome(false, system));
        assertEquals("", err.toString(StandardCharsets.UTF_8));
    }

    @Test
    void reportsThatTheCommandContinues() throws Exception {
        state("S (sleeping)");
        assertEquals(Outcome.status(0), traced().outcome(false, system));
        assertEquals(
                "accept4-trace: " + FakeSource.COMMAND + " (serv?er) continues\n",
                err.toString(StandardCharsets.UTF_8));
    }

    /**
     * {@code masks} are SigPnd, ShdPnd, SigBlk, SigIgn and SigCgt of /proc/PID/status. SIGTERM is 4000, SIGCHLD 10000.
     * {@code flags} are those of /proc/PID/stat.
     */
    @ParameterizedTest
    @CsvSource({
        "0 0 0 0 0, 4194304, true",
        "0 4000 0 0 0, 4194304, false",
        "100 0 0 0 0, 4194304, false",
        "0 4000 4000 0 0, 4194304, true",
        "0 4000 0 4000 0, 4194304, true",
        "0 4000 0 0 fffffffe7ffbfeff, 4194304, true",
        "0 10000 0 0 0, 4194304, true",
        "0 0 0 0 0, 4195328, false",
        "0 0 0 0 0, 4194308, false"
    })
    void commandThatIsEndingDoesNotContinue(String masks, long flags, boolean continues) throws Exception {
        String[] mask = masks.split(" ", -1);
        Path folder = Files.createDirectories(proc.resolve(Integer.toString(FakeSource.COMMAND)));
        Files.createDirectories(folder.resolve("task/" + FakeSource.COMMAND));
        Files.writeString(
                folder.resolve("status"),
                "State:\tR (running)\nSigPnd:\t%s\nShdPnd:\t%s\nSigBlk:\t%s\nSigIgn:\t%s\nSigCgt:\t%s\n"
                        .formatted((Object[]) mask));
        Files.writeString(
                folder.resolve("stat"), FakeSource.COMMAND + " (serv) er) R 1 1 1 0 -1 " + flags + " 1 0 0 0\n");
        assertEquals(Outcome.status(0), traced().outcome(false, system));
        assertEquals(continues, err.toString(StandardCharsets.UTF_8).endsWith(" continues\n"));
    }

    @ParameterizedTest
    @CsvSource({"0x0009, 0, ' has been killed'", "0x0700, 7, ''", "0x000f, 15, ''"})
    void reportsThatTheCommandHasBeenKilled(String waitStatus, int outcome, String notice) throws Exception {
        mustEnd = true;
        system.waitStatuses.put(FakeSource.COMMAND, Integer.decode(waitStatus));
        state("Z (zombie)");
        Outcome actual = traced().outcome(false, system);
        assertTrue(source.commandMustEnd);
        assertEquals(outcome, actual.status() + actual.signal());
        assertEquals(
                notice.isEmpty() ? "" : "accept4-trace: " + FakeSource.COMMAND + " (serv?er)" + notice + "\n",
                err.toString(StandardCharsets.UTF_8));
    }

    /**
     * With {@code mustEnd}, the trace kills the command at its end. Here, somebody else has killed the command before,
     * and the trace has ended because of that.
     */
    @Test
    void deathOfACommandThatMustEndIsPassedOn() throws Exception {
        mustEnd = true;
        system.waitStatuses.put(FakeSource.COMMAND, 9);
        assertEquals(new Outcome(0, 9), traced().outcome(true, system));
    }

    @Test
    void commandContinuesWithoutItsMainThread() throws Exception {
        state("Z (zombie)");
        Path threads = proc.resolve(FakeSource.COMMAND + "/task");
        Files.createDirectories(threads.resolve(Integer.toString(FakeSource.COMMAND)));
        Files.createDirectories(threads.resolve(Integer.toString(FakeSource.COMMAND - 1)));
        assertEquals(Outcome.status(0), traced().outcome(false, system));
    }

    @Test
    void commandThatCannotBeWaitedFor() {
        CaptureException e = assertThrows(CaptureException.class, () -> traced().outcome(true, system));
        assertEquals("wait for the command", e.stage());
    }

    private String noticesOf(String word, Executor background) throws Exception {
        Path folder = Files.createDirectories(proc.resolve("7"));
        Files.writeString(folder.resolve("comm"), "nginx\n");
        Files.createDirectories(proc.resolve("8"));
        FakeSnapshots snapshots = new FakeSnapshots();
        snapshots.records.add(List.of(QueueRecords.tcp(80, 7), QueueRecords.tcp(81, 8)));
        Command command = command(List.of(word), null, new Namesakes(word, new Processes(proc), background));
        command.beginLookups(QueueRecords.EVERYTHING, snapshots);
        command.trace(source);
        command.release(source);
        return err.toString(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @CsvSource({
        "nginx, 'hint: nginx is running; to trace it: -p nginx\n'",
        "/usr/sbin/nginx, 'hint: nginx is running; to trace it: -p nginx\n'",
        "server, ''",
        "'', ''"
    })
    void runningServerOfTheSameNameIsMentioned(String word, String hint) throws Exception {
        assertEquals(hint.translateEscapes(), noticesOf(word, Runnable::run));
    }

    /** The search has not ended when the command starts, so no running server is mentioned. */
    @Test
    void slowSearchForServersIsGivenUp() throws Exception {
        assertEquals("", noticesOf("nginx", task -> {}));
    }
}
