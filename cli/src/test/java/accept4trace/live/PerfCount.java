package accept4trace.live;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Counts a process's accept4 calls with perf. {@link #start} and {@link #stop} wait until perf acknowledges that it has
 * begun or stopped counting.
 */
final class PerfCount implements AutoCloseable {
    private static final String EVENT = "syscalls:sys_exit_accept4";

    private final Program perf;
    private final Path result;
    private final RandomAccessFile control;
    private final RandomAccessFile acknowledgement;
    private final LineLog acknowledged;

    private PerfCount(Path folder, long pid) throws IOException {
        Path controlFifo = makeFifo(folder.resolve("control"));
        Path acknowledgementFifo = makeFifo(folder.resolve("acknowledgement"));
        result = folder.resolve("count");
        // Opened for reading and writing, so that neither the open nor a write waits for perf.
        control = new RandomAccessFile(controlFifo.toFile(), "rw");
        acknowledgement = new RandomAccessFile(acknowledgementFifo.toFile(), "rw");
        acknowledged = new LineLog("perf's acknowledgements", Channels.newInputStream(acknowledgement.getChannel()));
        List<String> arguments = List.of(
                "stat",
                "-x,",
                "-e",
                EVENT,
                "-p",
                Long.toString(pid),
                "-o",
                result.toString(),
                "-D",
                "-1",
                "--control",
                "fifo:" + controlFifo + "," + acknowledgementFifo);
        perf = Program.start(Requirements.installed("perf"), arguments);
    }

    private static Path makeFifo(Path path) {
        try (Program mkfifo = Program.start(Requirements.installed("mkfifo"), List.of(path.toString()))) {
            mkfifo.awaitExit();
            return path;
        }
    }

    /** Starts perf, and returns once it counts. */
    static PerfCount start(Path folder, long pid) throws IOException {
        PerfCount count = new PerfCount(folder, pid);
        count.command("enable", 1);
        return count;
    }

    long stop() throws IOException {
        command("disable", 2);
        Program.signal("INT", perf.pid());
        perf.awaitExit();
        try (var lines = Files.lines(result)) {
            String line = lines.filter(text -> text.contains(EVENT)).findFirst().orElseThrow();
            String count = line.substring(0, line.indexOf(','));
            return count.equals("<not counted>") ? 0 : Long.parseLong(count);
        }
    }

    private void command(String command, int acknowledgements) throws IOException {
        control.write((command + "\n").getBytes(StandardCharsets.US_ASCII));
        acknowledged.awaitLines(acknowledgements);
    }

    @Override
    public void close() throws IOException {
        perf.close();
        control.close();
        acknowledgement.close();
    }
}
