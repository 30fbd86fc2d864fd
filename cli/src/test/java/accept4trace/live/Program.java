package accept4trace.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A running process with its streams. {@link #close} kills it if it is still running. */
final class Program implements AutoCloseable {
    private final Process process;
    private final LineLog out;
    private final LineLog err;

    private Program(List<String> command) {
        String name = Path.of(command.get(0)).getFileName().toString();
        try {
            process = new ProcessBuilder(command).start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        err = new LineLog(name + "'s stderr", process.getErrorStream());
        out = new LineLog(name + "'s stdout", process.getInputStream(), () -> "; its stderr had: " + err);
    }

    static Program start(Path executable, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(executable.toString());
        command.addAll(arguments);
        return new Program(command);
    }

    /** Starts a non-interactive bash with the arguments as $1, $2, ... */
    static Program bash(String script, String... arguments) {
        List<String> command = new ArrayList<>(List.of("bash", "-c", script, "bash"));
        command.addAll(List.of(arguments));
        return new Program(command);
    }

    static void signal(String name, long pid) {
        try (Program kill = bash("kill -\"$1\" \"$2\"", name, Long.toString(pid))) {
            assertEquals(0, kill.awaitExit(), "kill -" + name + " " + pid);
        }
    }

    long pid() {
        return process.pid();
    }

    ProcessHandle handle() {
        return process.toHandle();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    LineLog out() {
        return out;
    }

    LineLog err() {
        return err;
    }

    void sendLine() {
        try {
            process.getOutputStream().write("\n".getBytes(StandardCharsets.US_ASCII));
            process.getOutputStream().flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void closeInput() {
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits for the end, and returns the status like a shell: 128 + N for a death by signal N. */
    int awaitExit() {
        try {
            assertTrue(process.waitFor(Await.LIMIT.toSeconds(), TimeUnit.SECONDS), "still running: " + process.info());
            return process.exitValue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Kills the process before its descendants, because a main process replaces its killed workers. */
    @Override
    public void close() {
        List<ProcessHandle> descendants = process.descendants().toList();
        process.destroyForcibly();
        descendants.forEach(ProcessHandle::destroyForcibly);
    }
}
