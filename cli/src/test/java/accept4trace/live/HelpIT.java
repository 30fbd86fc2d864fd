package accept4trace.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import accept4trace.options.Option;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tests --help, -V, --check and -d. */
@Tag("any-kernel")
class HelpIT {
    private static final int COLUMNS = 80;
    /** The usual 24 lines of a terminal, without the line of the prompt. */
    private static final int LINES = 23;

    private static List<String> printed(String option) {
        try (Program tool = Program.start(Tracer.executable(), List.of(option))) {
            List<String> lines = tool.out().awaitEnd();
            assertEquals(0, tool.awaitExit());
            assertEquals(List.of(), tool.err().awaitEnd());
            return lines;
        }
    }

    @Test
    void shortHelpFitsAScreen() {
        List<String> lines = printed("-h");
        assertTrue(lines.size() <= LINES, lines::toString);
        assertTrue(lines.stream().allMatch(line -> line.length() <= COLUMNS), lines::toString);
        assertEquals("--help shows all options. accept4-trace(8) explains them.", lines.get(lines.size() - 1));
    }

    @Test
    void helpShowsEveryOption() {
        Set<String> words = printed("--help").stream()
                .flatMap(line -> Stream.of(line.split("[ ,]+")))
                .collect(Collectors.toSet());
        for (Option option : Option.values()) {
            assertTrue(words.containsAll(option.names()), option.names()::toString);
        }
    }

    @Test
    void version() {
        List<String> lines = printed("-V");
        assertEquals(1, lines.size());
        assertTrue(lines.get(0).matches("accept4-trace [0-9]+\\.[0-9]+\\.[0-9]+"), lines.get(0));
    }

    @Test
    void checkNamesTheHooksThatATraceUses() {
        Requirements.require(Requirements.isRoot(), "loading BPF programs needs root");
        List<String> lines = printed("--check");
        String start = "would use: " + Rung.here().label() + ". ";
        assertEquals(1, lines.stream().filter(line -> line.startsWith(start)).count(), lines::toString);
    }

    @Test
    void debugShowsLibbpfsMessagesAndTheHooks() {
        Requirements.require(Requirements.isRoot(), "tracing needs root");
        try (Program tool = Program.start(Tracer.executable(), List.of("-d", "-q", "--", "true"))) {
            assertEquals(0, tool.awaitExit());
            List<String> lines = tool.err().awaitEnd();
            assertTrue(lines.contains("accept4-trace: hooks: " + Rung.here().label()));
            assertTrue(lines.contains("accept4-trace: libbpf: license of accept4_trace is Dual MIT/GPL"));
        }
    }
}
