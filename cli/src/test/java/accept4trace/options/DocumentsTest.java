package accept4trace.options;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks that documents mention only existing files, folders and identifiers. */
class DocumentsTest {
    private static final Path TOP = Path.of("..");
    private static final Path CLASSES = Path.of("cli", "src", "main", "java", "accept4trace");
    private static final Pattern SPAN = Pattern.compile("`([^`\n]+)`");
    private static final Pattern LINK = Pattern.compile("\\]\\(([^):]+)\\)");
    /** A name with a suffix of our files, or with folders. Excludes absolute paths, which do not name our files. */
    private static final Pattern PATH =
            Pattern.compile("(?!/)(?:\\./)?[\\w.*\\[\\]-]+/[\\w./*\\[\\]-]*|[\\w*.]+\\.(?:[ch]|java|sh|md|8|xml)");
    /** Files that a build creates. */
    private static final Set<String> MADE = Set.of("bin/accept4-trace");

    private static final Pattern IDENTIFIER = Pattern.compile("(?:enum )?(\\w{3,})(?:\\(\\)|_\\.\\.\\.)?");

    private static String text(Path file) {
        try {
            return Files.readString(TOP.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> spans(String document) {
        String prose = text(Path.of(document)).replaceAll("(?ms)^```.*?^```$", "");
        return SPAN.matcher(prose).results().map(span -> span.group(1)).toList();
    }

    /** Returns all files except those of a build or of git, relative to the top folder. */
    private static Set<Path> files() throws IOException {
        try (Stream<Path> all = Files.walk(TOP)) {
            return all.map(TOP::relativize)
                    .filter(path -> !path.toString().matches("(.*/)?(target|\\.git)(/.*)?"))
                    .collect(Collectors.toSet());
        }
    }

    private static boolean exists(String named, Set<Path> files) {
        String path = named.replaceFirst("^\\./", "")
                .replace("cli/.../", CLASSES + "/")
                .replaceFirst("/$", "");
        PathMatcher whole = FileSystems.getDefault().getPathMatcher("glob:{" + path + ",**/" + path + "}");
        return files.stream().anyMatch(whole::matches);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "README.md",
                "CONTRIBUTING.md",
                "SECURITY.md",
                "bpf/README.md",
                "native/README.md",
                "cli/README.md"
            })
    void pathsExist(String document) throws IOException {
        Set<Path> files = files();
        List<String> paths = Stream.concat(
                        spans(document).stream().map(span -> span.split(" ")[0]).filter(PATH.asMatchPredicate()),
                        LINK.matcher(text(Path.of(document))).results().map(link -> link.group(1)))
                .filter(path -> !path.matches("(cli/)?target/.*") && !MADE.contains(path) && !path.contains("NAME"))
                .toList();
        assertTrue(paths.size() > 2, "paths in " + document);
        assertEquals(
                List.of(), paths.stream().filter(path -> !exists(path, files)).toList(), "not there");
    }

    /** Documents may only mention functions, constants, classes, tests and C types that exist. */
    @Test
    void identifiersExist() throws IOException {
        String sources = files().stream()
                .filter(file ->
                        file.toString().matches("(bpf|native|cli)/(.*\\.([ch]|java|sh|py)|(.*/)?Makefile)|\\.ci/.*"))
                .map(DocumentsTest::text)
                .collect(Collectors.joining("\n"));
        List<String> identifiers = Stream.of(
                        "CONTRIBUTING.md", "SECURITY.md", "bpf/README.md", "native/README.md", "cli/README.md")
                .flatMap(document -> spans(document).stream())
                .map(IDENTIFIER::matcher)
                .filter(Matcher::matches)
                .map(identifier -> identifier.group(1))
                .filter(identifier -> identifier.matches(".*[A-Z_].*"))
                .toList();
        assertTrue(identifiers.size() > 10, identifiers::toString);
        assertEquals(
                List.of(),
                identifiers.stream().filter(name -> !sources.contains(name)).toList(),
                "in no source");
    }

    @ParameterizedTest
    @CsvSource({"native/README.md, native", "cli/README.md, cli/src/main/java/accept4trace"})
    void everySourceFolderIsDescribed(String document, Path parent) throws IOException {
        String where = text(Path.of(document))
                .lines()
                .filter(line -> line.startsWith("|"))
                .map(line -> line.split("\\|")[1])
                .collect(Collectors.joining("\n"));
        Set<String> missing = new TreeSet<>();
        for (Path folder : folders(parent)) {
            if (!where.contains("`" + folder.getFileName() + "/")) {
                missing.add(folder.toString());
            }
        }
        assertEquals(Set.of(), missing, "without a row in a table of " + document);
    }

    private static List<Path> folders(Path parent) throws IOException {
        try (Stream<Path> entries = Files.list(TOP.resolve(parent))) {
            return entries.filter(Files::isDirectory)
                    .map(TOP::relativize)
                    .filter(folder -> !folder.endsWith("target"))
                    .toList();
        }
    }
}
