package accept4trace.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertIterableEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Compares --format=strace with the output of strace for the same calls, with each option and each pair of options. */
@ExtendWith(Privilege.class)
class StraceFormatIT {
    private static final List<String> OPTIONS =
            List.of("-t", "-tt", "-ttt", "-r", "-T", "-Y", "-y", "-a60", "--decode-fds=socket");

    @TempDir
    private Path folder;

    /**
     * Returns sets of options. There are fewer under emulation, because both tracers are started for each set, and each
     * start is slow there.
     */
    private static Stream<List<String>> selections() {
        List<List<String>> selections = new ArrayList<>();
        selections.add(List.of("-Y", "-tt", "-r", "-T"));
        for (int i = 0; i < OPTIONS.size(); i++) {
            selections.add(List.of(OPTIONS.get(i)));
            for (int j = i + 1; j < OPTIONS.size(); j++) {
                if (areAllowed(OPTIONS.get(i), OPTIONS.get(j))) {
                    selections.add(List.of(OPTIONS.get(i), OPTIONS.get(j)));
                }
            }
        }
        return selections.stream().limit(Integer.getInteger("a4t.selections", 100));
    }

    /** Both tracers reject more than three -t, and two different ways of decoding fds. */
    private static boolean areAllowed(String one, String other) {
        boolean stamps = one.startsWith("-t") && other.startsWith("-t");
        return (!stamps || one.length() + other.length() <= "-t-tt".length())
                && !(one.equals("-y") && other.startsWith("--decode"));
    }

    @Tag("any-kernel")
    @Test
    void linesMatchStrace() {
        selections().forEach(selection -> {
            try {
                compare(selection);
            } catch (IOException | AssertionError e) {
                throw new AssertionError("with " + selection, e);
            }
        });
    }

    /**
     * Tests that a script that only knows strace's logs can read the tool's lines. The calls include some that strace
     * splits into two lines.
     */
    @Tag("any-kernel")
    @Test
    void readerOfStraceLogsAcceptsTheLines() throws IOException {
        Path output = folder.resolve("strace");
        Path ours = folder.resolve("ours");
        BothTracers.run(
                "concurrent", straceOptions(List.of("-ttt", "-T"), output), ourOptions(List.of("-ttt", "-T"), ours));
        assertTrue(Files.readString(output).contains(" <unfinished ...>"));
        List<String> calls = Python.run("strace_log.py", folder, output.toString());
        assertTrue(
                calls.size() > 10
                        && calls.stream().allMatch(call -> call.contains("\taccept4\t") || call.contains("\taccept\t")),
                calls::toString);
        assertTrue(calls.stream().anyMatch(call -> call.contains("\taccept\t")), calls::toString);
        assertEquals(calls, Python.run("strace_log.py", folder, ours.toString()));
    }

    private void compare(List<String> selection) throws IOException {
        Path output = folder.resolve("strace");
        Path ours = folder.resolve("ours");
        BothTracers.run("matrix", straceOptions(selection, output), ourOptions(selection, ours));
        Map<Long, List<StraceLog.Line>> expected = StraceLog.parse(Files.readAllLines(output));
        Map<Long, List<StraceLog.Line>> actual = StraceLog.parse(Files.readAllLines(ours));
        assertEquals(expected.keySet(), actual.keySet());
        assertTrue(expected.values().stream().mapToInt(List::size).sum() > 300);
        expected.forEach((tid, lines) -> assertIterableEquals(masked(lines, lines), masked(actual.get(tid), lines)));
    }

    private static List<String> straceOptions(List<String> selection, Path output) {
        List<String> options = new ArrayList<>(List.of("-o", output.toString()));
        if (selection.stream().noneMatch(option -> option.startsWith("--decode"))) {
            options.add("-yy");
        }
        options.addAll(selection);
        return options;
    }

    private static List<String> ourOptions(List<String> selection, Path output) {
        List<String> options = new ArrayList<>(List.of("--format=strace", "-o", output.toString()));
        options.addAll(selection);
        return options;
    }

    /**
     * Masks times. If strace split a call into two lines, also removes the padding, because strace computed it from the
     * second line only.
     */
    private static List<String> masked(List<StraceLog.Line> lines, List<StraceLog.Line> straces) {
        List<String> masked = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            boolean halves = i < straces.size() && straces.get(i).joined();
            StraceLog.Line line = lines.get(i);
            masked.add(maskedLeader(line.leader()) + maskedDuration(halves ? line.unpadded() : line.call()));
        }
        return masked;
    }

    /** Masks the digits of times, but not the thread id, which precedes them. */
    private static String maskedLeader(String leader) {
        int time = leader.indexOf(' ');
        return leader.substring(0, time) + leader.substring(time).replaceAll("[0-9]", "0");
    }

    private static String maskedDuration(String call) {
        return call.replaceFirst("<[0-9]+\\.[0-9]{6}>$", "<T>");
    }
}
