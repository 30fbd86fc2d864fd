package accept4trace.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The resources that a process has used so far.
 *
 * @param cpuMs user and system time of all its threads
 * @param peakKiB peak of resident memory
 */
record Usage(long cpuMs, long peakKiB) {
    private static final int USER_TIME = 11;
    private static final long MS_PER_TICK = 10;

    static Usage of(long pid) {
        try {
            Path folder = Path.of("/proc", Long.toString(pid));
            String stat = Files.readString(folder.resolve("stat"));
            /* Counts fields from the end of the name, because the name may contain anything. */
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            long ticks = Long.parseLong(fields[USER_TIME]) + Long.parseLong(fields[USER_TIME + 1]);
            return new Usage(ticks * MS_PER_TICK, peak(folder.resolve("status")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long peak(Path status) throws IOException {
        return Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElse(0);
    }
}
