package accept4trace;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Which package imports from which: the arrows go one way, and each library has one package that knows it. */
class PackagesTest {
    private static final Path SOURCES = Path.of("src", "main", "java", "accept4trace");
    private static final Pattern OURS = Pattern.compile("^import (?:static )?accept4trace\\.([a-z.]+)\\.[A-Z]");
    private static final Pattern LIBRARY = Pattern.compile("^import (?:static )?(com\\.sun\\.jna|org\\.jline)\\.");

    /** Each may only know those before it. */
    private static final Map<String, Set<String>> ARROWS = new TreeMap<>(Map.ofEntries(
            Map.entry("event", Set.of()),
            Map.entry("summary", Set.of("event")),
            Map.entry("format", Set.of("event", "summary")),
            Map.entry("sink", Set.of("format")),
            Map.entry("view", Set.of("event", "format", "summary")),
            Map.entry("diagnose", Set.of("event", "format", "summary")),
            Map.entry("proc", Set.of("event")),
            Map.entry("capture", Set.of("event")),
            Map.entry("capture.jna", Set.of("capture", "event")),
            Map.entry("cli", Set.of("capture", "format", "summary")),
            Map.entry(
                    "app",
                    Set.of(
                            "capture",
                            "capture.jna",
                            "cli",
                            "diagnose",
                            "event",
                            "format",
                            "proc",
                            "sink",
                            "summary",
                            "view"))));

    private static List<Path> sources() throws IOException {
        try (Stream<Path> files = Files.walk(SOURCES)) {
            return files.filter(file -> file.toString().endsWith(".java")).toList();
        }
    }

    /** As "capture.jna"; empty for that of the program itself. */
    private static String packageOf(Path source) {
        return SOURCES.relativize(source.getParent()).toString().replace('/', '.');
    }

    /** By package, what its imports name first. */
    private static Map<String, Set<String>> imports(Pattern wanted) throws IOException {
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

    @Test
    void arrowsGoOneWay() throws IOException {
        assertEquals(ARROWS, imports(OURS));
    }

    @Test
    void eachLibraryHasItsPackage() throws IOException {
        Map<String, Set<String>> libraries = imports(LIBRARY);
        libraries.values().removeIf(Set::isEmpty);
        assertEquals(Map.of("capture.jna", Set.of("com.sun.jna"), "view", Set.of("org.jline")), libraries);
    }
}
