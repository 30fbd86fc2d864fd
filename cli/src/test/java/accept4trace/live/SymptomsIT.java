package accept4trace.live;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Runs each command of the README's table of symptoms while a server has the symptom. The command must print a line
 * that names the reason.
 */
@Tag("any-kernel")
@ExtendWith(Privilege.class)
class SymptomsIT {
    /**
     * The rows of the table, in their order: a part of the first cell, the kind of server that has the symptom, and a
     * pattern of the line that the command must print, in which PORT is the server's port.
     */
    private enum Symptom {
        FULL_LOCAL_QUEUE("11: Resource temporarily unavailable", "slow-local", ".*accept queue of UNIX\\b.*"),
        TOO_MANY_FILES(
                "24: Too many open files",
                "too-many-files",
                "\\[1\\] EMFILE: python3\\[\\d+\\] reached the limit of 12 open files: .*"),
        OVERFLOW("times the listen queue", "slow", "\\[\\d+\\] accept queue of 127\\.0\\.0\\.1:PORT was full.*"),
        SLOW_CONNECT("connect took 1.0 s", "slow", "\\[1\\] accept queue of 127\\.0\\.0\\.1:PORT was full.*"),
        BUSY_WORKER("one worker at 100 %", "spinning", "\\[\\d\\] spinning accept loop: python3\\[\\d+\\] made .*"),
        NO_ANSWER(
                "nothing answers",
                "blocked",
                "\\[1\\] stuck on 127\\.0\\.0\\.1:PORT: python3\\[\\d+\\] .* in recvfrom.*"),
        NO_ANSWER_NOW(
                "without waiting ten seconds",
                "blocked",
                "127\\.0\\.0\\.1:PORT  3/5 waiting, oldest [\\d.]+ m?s \\(.*\\)  python3\\[\\d+\\] fd 3"),
        RESET_AT_RELOAD(
                "502", "reloading", "\\[closed\\] 127\\.0\\.0\\.1:PORT by \\d+<python3> waiting=3/\\d+ reset=3"),
        SLOW_REQUESTS("requests are slow", "slow", "\\[pid \\d+<python3>\\] accept4\\(.* wait=\\d+\\.\\d+ queue=.*"),
        ONCE_A_NIGHT("once a night", "slow", "--- trigger wait=500ms: wait=\\d+\\.\\d+ in python3\\[\\d+\\].* ---");

        private final String row;
        private final String server;
        private final String answer;

        Symptom(String row, String server, String answer) {
            this.row = row;
            this.server = server;
            this.answer = answer;
        }

        private String command() {
            List<String> commands = rows().stream()
                    .filter(cells -> cells.get(1).contains(row))
                    .map(cells -> cells.get(2).strip().replace("`", ""))
                    .toList();
            assertEquals(1, commands.size(), row);
            return commands.get(0);
        }
    }

    @TempDir
    private Path folder;

    private static List<List<String>> rows() {
        return Recipe.readmeSection("From the symptom to the command")
                .lines()
                .filter(line -> line.startsWith("| ") && line.contains("accept4-trace"))
                .map(line -> Arrays.asList(line.split("\\|")))
                .toList();
    }

    @Test
    void eachRowIsTested() {
        assertEquals(
                rows().stream().map(cells -> cells.get(2).strip()).toList(),
                Arrays.stream(Symptom.values())
                        .map(symptom -> "`" + symptom.command() + "`")
                        .toList());
    }

    @ParameterizedTest
    @EnumSource
    void commandFindsTheReason(Symptom symptom) throws IOException {
        Path script = folder.resolve("symptoms.py");
        try (InputStream source = SymptomsIT.class.getResourceAsStream("symptoms.py")) {
            Files.copy(Objects.requireNonNull(source), script);
        }
        String path = folder.resolve("app.sock").toString();
        List<String> arguments = List.of(script.toString(), symptom.server, path);
        try (Program server = Program.start(Requirements.installed("python3"), arguments)) {
            String port = server.out().awaitLine("the port", line -> true);
            String command = symptom.command()
                    .replace("sudo accept4-trace", Tracer.executable().toString())
                    .replaceAll("--diagnose(=\\w+)?", "--diagnose=3s")
                    .replaceAll("--port \\d+", "--port " + port)
                    .replace("-p nginx", "-p " + server.pid())
                    .replace("/run/app.sock", path);
            Pattern answer = Pattern.compile(symptom.answer.replace("PORT", port));
            try (Program shell = Program.bash("exec 2>&1; exec " + command)) {
                shell.out().awaitLine(answer.pattern(), answer.asMatchPredicate());
            }
        }
    }
}
