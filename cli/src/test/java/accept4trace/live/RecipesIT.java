package accept4trace.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Runs each recipe, i.e. each shell command in the README and the manual page, with a server of its own. The test
 * replaces ids, ports, paths, counts and times in the recipes. It also replaces programs that the recipes start, such
 * as sudo, by scripts.
 */
@Tag("any-kernel")
@ExtendWith(Privilege.class)
class RecipesIT {
    private static final String LINE = "\\[pid \\d+<(python3|nginx)>\\] accept4\\(\\d+<TCP:.* = .*";
    private static final String WAITED =
            "\\[pid \\d+<(python3|nginx)>\\] accept4\\(.* wait=(?!0\\.00)\\d+\\.\\d{6} queue=\\d+/\\d+.*";
    private static final String TABLE = "worker +conns +share +calls +empty";

    /**
     * Maps a part of a recipe to a pattern of a line that this recipe must print. Each recipe contains exactly one of
     * these parts.
     */
    private static final Map<String, String> EXPECTED = Map.ofEntries(
            Map.entry("# every process called nginx", LINE),
            Map.entry("--duration 10s -o trace", LINE),
            Map.entry("# the master with its current and future workers", LINE),
            Map.entry("-- ./server", LINE),
            Map.entry("--all | head -20", "\\[pid \\d+<.*>\\] accept4?\\(.* = .*"),
            Map.entry("--port 443 --min-wait 10ms", WAITED),
            Map.entry("printf \"%d waited", "\\d+ waited: mean \\d+\\.\\d{6} s, longest \\d+\\.\\d{6} s"),
            Map.entry("| sort | uniq -c | sort -rn", " +\\d+ 127\\.0\\.0\\.1"),
            Map.entry("--all --duration 1m -c", TABLE),
            Map.entry("--format=columns", "TIME +PROCESS +LISTENER +PEER +WAIT +QUEUE +RESULT"),
            Map.entry("--stack --count 1", " > .*\\(accept4\\+0x[0-9a-f]+\\) .*"),
            Map.entry("--resolve", LINE),
            Map.entry("--live", "accept queue +p50 +p90 +p99 +max"),
            Map.entry(
                    "grep -v SOCK_CLOEXEC", "\\[pid \\d+<(python3|nginx)>\\] accept4\\(.*, NULL, NULL, 0\\) = \\d+<.*"),
            Map.entry(
                    "--listener /run/app.sock",
                    "\\[pid \\d+<(python3|nginx)>\\] accept4\\(\\d+<UNIX.*app\\.sock.* = \\d+<.*"),
            Map.entry("-p nginx --duration 10s\n", LINE),
            Map.entry("-o trace -- python3 -m http.server", LINE),
            Map.entry("most { most = $2 + 0; line = $0 }", WAITED),
            Map.entry("grep -m 1 '= -1'", ".* = -1 EAGAIN \\(Resource temporarily unavailable\\).*"),
            Map.entry("--diagnose -p nginx", ".* in \\d+\\.\\d s on \\d+ process.*"),
            Map.entry("--queue -v --port 443", "127\\.0\\.0\\.1:\\d+  \\d+/\\d+ waiting.*"),
            Map.entry("--diagnose 30s --fail-on=any >findings", ".* in \\d+\\.\\d s on \\d+ process.*"),
            Map.entry("systemd-run", "\\{\"type\":\"interval\",\"schema\":2,.*"),
            Map.entry("jq -r", "\\d{4}-\\d\\d-\\d\\dT\\S+Z\t127\\.0\\.0\\.1\t\\d{8,}"));

    private static final String FILES = "; for file in trace findings; do [ ! -e $file ] || cat $file; done";

    @TempDir
    private Path folder;

    private static String keyOf(String recipe) {
        List<String> keys = EXPECTED.keySet().stream().filter(recipe::contains).toList();
        assertEquals(1, keys.size(), () -> "what should this print? " + recipe);
        return keys.get(0);
    }

    @Test
    void eachExpectationBelongsToARecipe() {
        TreeSet<String> unused = new TreeSet<>(EXPECTED.keySet());
        Recipe.all().forEach(recipe -> unused.remove(keyOf(recipe)));
        assertEquals(new TreeSet<>(), unused);
    }

    @BeforeEach
    void makePrograms() throws IOException {
        try (InputStream source = RecipesIT.class.getResourceAsStream("recipes.py")) {
            Files.copy(Objects.requireNonNull(source), folder.resolve("recipes.py"));
        }
        String briefly = "exec '" + Requirements.installed("python3") + "' '" + folder + "/recipes.py' 20";
        Files.createDirectory(folder.resolve("bin"));
        program("server", briefly);
        program("bin/python3", briefly);
        program("bin/accept4-trace", "exec '" + Tracer.executable() + "' \"$@\"");
        program("bin/sudo", "exec \"$@\"");
        program("bin/mail", "exec cat");
        program("bin/systemd-run", "shift; \"$@\" | head -n 2");
    }

    private void program(String name, String script) throws IOException {
        Path file = Files.writeString(folder.resolve(name), "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static List<String> recipes() {
        List<String> recipes = Recipe.all();
        assertTrue(recipes.size() > 20, recipes::toString);
        return recipes;
    }

    @ParameterizedTest
    @MethodSource("recipes")
    void recipePrintsWhatItPromises(String recipe) throws IOException {
        Pattern expected = Pattern.compile(EXPECTED.get(keyOf(recipe)));
        List<String> script = List.of(folder.resolve("recipes.py").toString());
        Requirements.installed("jq");
        try (Program server = Program.start(Requirements.installed("python3"), script)) {
            String port = server.out().awaitLine("the port", line -> true);
            Files.writeString(folder.resolve("nginx.pid"), server.pid() + "\n");
            String prepared = "cd '" + folder + "'; PATH=$PWD/bin:$PATH; "
                    + prepare(recipe, server.pid(), port).strip();
            if (recipe.contains("--live")) {
                typeIt(prepared, expected);
            } else {
                runIt(prepared + FILES, expected);
            }
        }
    }

    private static String prepare(String recipe, long pid, String port) {
        return recipe.replaceAll(" # .*", "")
                .replace("1234", Long.toString(pid))
                .replace("/run/nginx.pid", "nginx.pid")
                .replace("/run/app.sock", "$PWD/app.sock")
                .replace("--port 443", "--port " + port)
                .replace("--count 1000", "--count 50")
                .replaceAll("--(duration|diagnose|interval) \\d+[sm]", "--$1 1s");
    }

    private static void runIt(String script, Pattern expected) {
        try (Program shell = Program.bash("exec 2>&1; " + script)) {
            shell.out().awaitLine(expected.pattern(), expected.asMatchPredicate());
        }
    }

    private void typeIt(String script, Pattern expected) {
        try (Tmux terminal = Tmux.start(folder, 100, 30)) {
            terminal.typeLine(script);
            terminal.await(
                    expected.pattern(), screen -> expected.matcher(screen).find());
            terminal.press("q");
            terminal.await("events lost");
        }
    }
}
