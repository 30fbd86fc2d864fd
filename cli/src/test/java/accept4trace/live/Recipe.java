package accept4trace.live;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Extracts the recipes from the README and the manual page, i.e. the shell commands that show how to use the tool. */
final class Recipe {
    private Recipe() {}

    /** Returns the scripts of all recipes. */
    static List<String> all() {
        return Stream.concat(ofReadme().stream(), ofManPage().stream()).toList();
    }

    /** Returns the commands of the section "Use". A command can continue in indented lines. */
    private static List<String> ofReadme() {
        List<String> commands = new ArrayList<>();
        String use = readmeSection("Use");
        for (String block : matches(use, "(?ms)^```$(.*?)^```$")) {
            for (String line : block.lines().toList()) {
                if (line.startsWith(" ")) {
                    commands.add(commands.remove(commands.size() - 1) + "\n" + line);
                } else if (!line.isEmpty() && !line.startsWith("#")) {
                    commands.add(line);
                }
            }
        }
        return commands;
    }

    /** Returns the blocks of the sections EXAMPLES and JSON. */
    private static List<String> ofManPage() {
        String page = document("man/man8/accept4-trace.8");
        return Stream.of("EXAMPLES", "JSON")
                .flatMap(title ->
                        matches(section(page, "\n.SH " + title + "\n", "\n.SH "), "(?ms)^\\.nf$\n(.*?)^\\.fi$")
                                .stream())
                .map(block -> block.replace("\\-", "-")
                        .replace("\\(dq", "\"")
                        .replace("\\(aq", "'")
                        .replace("\\e", "\\"))
                .toList();
    }

    static String readmeSection(String title) {
        return section(document("doc/accept4-trace/README.md"), "## " + title + "\n", "\n## ");
    }

    private static String section(String text, String begin, String end) {
        int from = text.indexOf(begin) + begin.length();
        return text.substring(from, text.indexOf(end, from));
    }

    private static List<String> matches(String text, String pattern) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map(match -> match.group(1))
                .toList();
    }

    /** Reads an installed document. */
    private static String document(String path) {
        try {
            return Files.readString(Tracer.executable().resolveSibling("../share/" + path));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
