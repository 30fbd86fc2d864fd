package accept4trace;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Tests that dependencies between packages have no cycles, and that JNA and JLine are each used by only one package.
 */
class PackagesTest {
    private static final Path SOURCES = Path.of("src", "main", "java", "accept4trace");
    private static final Path README = Path.of("README.md");
    /** Also matches names that are used without an import. */
    private static final Pattern OURS = Pattern.compile("\\baccept4trace\\.([a-z.]+)\\.[A-Z]");

    private static final Pattern LIBRARY = Pattern.compile("\\b(com\\.sun\\.jna|org\\.jline)\\.");
    private static final Pattern ROW = Pattern.compile("^\\| `([a-z/]+)/` \\|");

    /** The packages that each package may use. */
    private static final Map<String, Set<String>> ARROWS = new TreeMap<>(Map.ofEntries(
            Map.entry("bounded", Set.of()),
            Map.entry("outcome", Set.of()),
            Map.entry("text", Set.of()),
            Map.entry("event", Set.of("bounded", "text")),
            Map.entry("capture", Set.of("event")),
            Map.entry("proc", Set.of("bounded", "event", "text")),
            Map.entry("summary", Set.of("event", "text")),
            Map.entry("capture.jna", Set.of("capture", "event", "text")),
            Map.entry("format", Set.of("bounded", "event", "summary", "text")),
            Map.entry("diagnose", Set.of("bounded", "event", "format", "queue", "summary", "text")),
            Map.entry("queue", Set.of("bounded", "capture", "event", "format", "proc", "text")),
            Map.entry("format.queue", Set.of("event", "format", "queue", "text")),
            Map.entry("format.columns", Set.of("event", "format", "text")),
            Map.entry("format.lines", Set.of("event", "format", "summary", "text")),
            Map.entry("format.tables", Set.of("event", "format", "summary", "text")),
            Map.entry(
                    "recording",
                    Set.of(
                            "bounded",
                            "capture",
                            "diagnose",
                            "event",
                            "format",
                            "outcome",
                            "queue",
                            "summary",
                            "text",
                            "trigger")),
            Map.entry("trigger", Set.of("event", "format", "queue", "summary", "text")),
            Map.entry("view", Set.of("event", "format", "summary", "text")),
            Map.entry("format.json", Set.of("bounded", "diagnose", "event", "format", "queue", "summary", "text")),
            Map.entry(
                    "options",
                    Set.of(
                            "capture",
                            "diagnose",
                            "event",
                            "format",
                            "format.columns",
                            "format.tables",
                            "outcome",
                            "text",
                            "trigger")),
            Map.entry("output", Set.of("capture", "options", "outcome", "text")),
            Map.entry("detail", Set.of("bounded", "capture", "diagnose", "event", "format", "output", "proc", "text")),
            Map.entry(
                    "session",
                    Set.of("bounded", "capture", "diagnose", "event", "format", "output", "queue", "summary", "text")),
            Map.entry(
                    "targets",
                    Set.of("capture", "diagnose", "event", "format", "outcome", "output", "proc", "queue", "text")),
            Map.entry(
                    "report",
                    Set.of(
                            "capture",
                            "diagnose",
                            "event",
                            "format",
                            "format.json",
                            "format.tables",
                            "outcome",
                            "output",
                            "queue",
                            "session",
                            "summary",
                            "text",
                            "trigger",
                            "view")),
            Map.entry(
                    "action",
                    Set.of(
                            "capture",
                            "detail",
                            "diagnose",
                            "event",
                            "format",
                            "format.columns",
                            "format.json",
                            "format.lines",
                            "format.queue",
                            "format.tables",
                            "options",
                            "outcome",
                            "output",
                            "proc",
                            "queue",
                            "recording",
                            "report",
                            "session",
                            "targets",
                            "text",
                            "trigger",
                            "view"))));

    private static List<Path> sources() throws IOException {
        try (Stream<Path> files = Files.walk(SOURCES)) {
            return files.filter(file -> file.toString().endsWith(".java")).toList();
        }
    }

    /** Returns e.g. "capture.jna"; empty for the package of Main. */
    private static String packageOf(Path source) {
        return SOURCES.relativize(source.getParent()).toString().replace('/', '.');
    }

    /**
     * Returns, for each package, the names in its source files that group 1 of the pattern matches, without the name of
     * the package itself.
     */
    private static Map<String, Set<String>> uses(Pattern wanted) throws IOException {
        Map<String, Set<String>> found = new TreeMap<>();
        for (Path source : sources()) {
            Set<String> named = found.computeIfAbsent(packageOf(source), name -> new TreeSet<>());
            for (String line : Files.readAllLines(source)) {
                Matcher matcher = wanted.matcher(line);
                if (matcher.find()) {
                    named.add(matcher.group(1));
                }
            }
            named.remove(packageOf(source));
        }
        found.remove("");
        return found;
    }

    /** Returns the packages in the order of the table in the README. */
    private static List<String> documentedPackages() throws IOException {
        return Files.readAllLines(README).stream()
                .takeWhile(line -> !line.startsWith("| other folder"))
                .map(ROW::matcher)
                .filter(Matcher::find)
                .map(row -> row.group(1).replace('/', '.'))
                .toList();
    }

    @Test
    void packagesOnlyUseTheExpectedPackages() throws IOException {
        assertEquals(ARROWS, uses(OURS));
    }

    /** If each package uses only packages above it in the README's table, there are no cycles. */
    @Test
    void packagesOnlyUsePackagesAboveThemInTheReadme() throws IOException {
        List<String> order = documentedPackages();
        assertEquals(ARROWS.keySet(), new TreeSet<>(order));
        List<String> wrong = new ArrayList<>();
        ARROWS.forEach((user, used) -> used.stream()
                .filter(name -> order.indexOf(name) >= order.indexOf(user))
                .forEach(name -> wrong.add(user + " uses " + name)));
        assertEquals(List.of(), wrong);
    }

    /** A package named "target" would get lost, because install.sh and git skip all folders of that name. */
    @Test
    void noPackageIsNamedTarget() throws IOException {
        assertEquals(
                List.of(),
                sources().stream()
                        .filter(source -> source.toString().contains("/target/"))
                        .toList());
    }

    @Test
    void onlyTheExpectedPackagesUseALibrary() throws IOException {
        Map<String, Set<String>> libraries = uses(LIBRARY);
        libraries.values().removeIf(Set::isEmpty);
        assertEquals(Map.of("capture.jna", Set.of("com.sun.jna"), "view", Set.of("org.jline")), libraries);
    }
}
