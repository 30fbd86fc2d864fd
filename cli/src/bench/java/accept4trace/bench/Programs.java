package accept4trace.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** BPF programs that are loaded in the kernel. */
final class Programs {
    private static final Pattern HELD = Pattern.compile("(?m)^prog_id:\\s*(\\d+)$");
    private static final Pattern NAME = Pattern.compile("\"name\":\"([^\"]*)\"");
    private static final Pattern STATISTICS = Pattern.compile("\"run_time_ns\":(\\d+),\"run_cnt\":(\\d+)");
    private static final Path SWITCH = Path.of("/proc/sys/kernel/bpf_stats_enabled");

    private static final long DETACHING_MS = 100;
    private static final int MAX_CHECKS = 50;

    /** A program. The time and number of its runs are 0 unless the kernel counts runs. */
    record Program(long id, String name, long nanoseconds, long runs) {}

    interface Counting extends AutoCloseable {
        @Override
        void close();
    }

    private Programs() {}

    /** Returns the ids of the programs for which a process has descriptors. */
    static List<Long> heldBy(long pid) {
        try (Stream<Path> files = Files.list(Path.of("/proc", Long.toString(pid), "fdinfo"))) {
            return files.flatMap(file -> HELD.matcher(read(file)).results())
                    .map(match -> Long.valueOf(match.group(1)))
                    .distinct()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Waits until the kernel has detached the hooks of an ended tracer. Otherwise, they would still slow down the
     * untraced load, and the next tracer would wait for them.
     */
    static void awaitNone() {
        for (int checks = 0; checks < MAX_CHECKS && anyIsLeft(); checks++) {
            Clock.sleep(DETACHING_MS);
        }
        Clock.sleep(DETACHING_MS);
    }

    private static boolean anyIsLeft() {
        return loaded().stream().anyMatch(program -> program.name().contains("accept"));
    }

    /** Returns all programs of this machine, using bpftool. */
    static List<Program> loaded() {
        return Stream.of(Children.output("bpftool", "-j", "prog", "show").split("\\{\"id\":"))
                .skip(1)
                .map(Programs::program)
                .toList();
    }

    private static Program program(String json) {
        Matcher name = NAME.matcher(json);
        Matcher statistics = STATISTICS.matcher(json);
        boolean counted = statistics.find();
        return new Program(
                Long.parseLong(json.substring(0, json.indexOf(','))),
                name.find() ? name.group(1) : "?",
                counted ? Long.parseLong(statistics.group(1)) : 0,
                counted ? Long.parseLong(statistics.group(2)) : 0);
    }

    /** Makes the kernel count runs and their time until the result is closed, or a signal ends us. */
    static Counting count() {
        String before = read(SWITCH).trim();
        Thread restore = new Thread(() -> write(before));
        Runtime.getRuntime().addShutdownHook(restore);
        write("1");
        return () -> {
            write(before);
            Runtime.getRuntime().removeShutdownHook(restore);
        };
    }

    private static void write(String value) {
        try {
            Files.writeString(SWITCH, value);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException gone) {
            return "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
