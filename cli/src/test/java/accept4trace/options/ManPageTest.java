package accept4trace.options;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import accept4trace.diagnose.Finding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Tests that the manual page documents what exists. ShippedIT tests the paths in it. */
class ManPageTest {
    private static final Path PAGE = Path.of("..", "man", "accept4-trace.8");
    private static final Pattern OPTION = Pattern.compile("(?<![\\w-])(--[a-z][a-z-]*|-[a-zA-Z](?!\\w))");
    /** The long options are those of podman, unshare and node, the short ones those of mawk, ulimit and nsenter. */
    private static final Set<String> OPTIONS_OF_OTHERS = Set.of(
            "--mount-proc", "--perf-basic-prof", "--pid", "--privileged", "--security-opt", "-W", "-l", "-m", "-n");
    /** A reference to a section, such as "see SUMMARY". */
    private static final Pattern REFERENCE =
            Pattern.compile("(?m)\\b[Ss]ee\n\\.BR? (?:\"([^\"]+)\"|([A-Z]+))(?: .*)?$");

    @Test
    void optionsMatchTheTable() throws IOException {
        assertEquals(
                Arrays.stream(Option.values()).map(ManPageTest::synopsis).toList(),
                linesAfter(".TP", optionsSection()));
    }

    @Test
    void groupsMatchTheTable() throws IOException {
        List<String> titles = optionsSection().stream()
                .filter(line -> line.startsWith(".SS "))
                .map(line -> plain(line.substring(".SS ".length())))
                .toList();
        assertEquals(
                Arrays.stream(Option.Group.values()).map(Option.Group::title).toList(), titles);
    }

    /** Compares the manual page with the variables in the source and with TZ, which only Java itself reads. */
    @Test
    void environmentMatchesTheSource() throws IOException {
        Path ours = Path.of("src", "main", "java", "accept4trace");
        String source = Files.readString(ours.resolve("output/OutputStyle.java"))
                + Files.readString(ours.resolve("text/UserLocale.java"));
        Set<String> read = Pattern.compile("\"([A-Z_]+)\"")
                .matcher(source)
                .results()
                .map(name -> name.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
        read.add("TZ");
        Set<String> documented = linesAfter(".TP", section("ENVIRONMENT")).stream()
                .flatMap(names -> Arrays.stream(names.split(", ")))
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(read, documented);
    }

    @Test
    void versionsAreThatOfTheBuild() throws IOException {
        Matcher version =
                Pattern.compile("<version>(.*)</version>").matcher(Files.readString(Path.of("..", "pom.xml")));
        assertTrue(version.find());
        List<String> named = Pattern.compile("accept4-trace[- ](\\d+\\.[\\d.]+\\d)")
                .matcher(Files.readString(PAGE).replace("\\-", "-"))
                .results()
                .map(name -> name.group(1))
                .distinct()
                .toList();
        assertEquals(List.of(version.group(1)), named);
    }

    @Test
    void optionsNamedInTheTextExist() throws IOException {
        Set<String> unknown = OPTION.matcher(prose())
                .results()
                .map(option -> option.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
        for (Option option : Option.values()) {
            unknown.removeAll(option.names());
        }
        unknown.removeAll(OPTIONS_OF_OTHERS);
        assertEquals(Set.of(), unknown);
    }

    @Test
    void findingsAreThoseOfFailOn() throws IOException {
        assertEquals(
                Arrays.stream(Finding.Kind.values()).map(Finding.Kind::word).toList(),
                linesAfter(".TP", section("DIAGNOSIS")));
    }

    @Test
    void referencesLeadToSections() throws IOException {
        Set<String> titles = Files.readAllLines(PAGE).stream()
                .filter(line -> line.startsWith(".SH ") || line.startsWith(".SS "))
                .map(line -> plain(line.substring(".SH ".length())))
                .collect(Collectors.toSet());
        List<String> references = REFERENCE
                .matcher(prose())
                .results()
                .map(name -> name.group(1) != null ? name.group(1) : name.group(2))
                .toList();
        assertTrue(references.size() > 10, references::toString);
        assertEquals(
                List.of(),
                references.stream().filter(name -> !titles.contains(name)).toList());
    }

    /** Returns the page without its examples. */
    private static String prose() throws IOException {
        return Files.readString(PAGE)
                .replaceAll("(?ms)^\\.nf$.*?^\\.fi$", "")
                .replaceAll("\\\\f[BIPR]", "")
                .replace("\\-", "-");
    }

    /** Returns the option as shown by --help, e.g. "-o, --output FILE". */
    private static String synopsis(Option option) {
        String names = String.join(", ", option.names());
        return option.takesValue() ? names + " " + option.argument() : names;
    }

    private static List<String> optionsSection() throws IOException {
        return section("OPTIONS");
    }

    private static List<String> section(String title) throws IOException {
        List<String> page = Files.readAllLines(PAGE);
        List<String> rest = page.subList(page.indexOf(".SH " + title) + 1, page.size());
        return rest.stream().takeWhile(line -> !line.startsWith(".SH ")).toList();
    }

    private static List<String> linesAfter(String macro, List<String> lines) {
        List<String> found = new ArrayList<>();
        for (int i = 1; i < lines.size(); i++) {
            if (lines.get(i - 1).equals(macro)) {
                found.add(plain(lines.get(i)));
            }
        }
        return found;
    }

    /** Removes the initial macro, font changes and escapes of hyphens. */
    private static String plain(String line) {
        return line.replaceFirst("^\\.[A-Z]+ ", "")
                .replaceAll("\\\\f[BIPR]", "")
                .replace("\\-", "-");
    }
}
