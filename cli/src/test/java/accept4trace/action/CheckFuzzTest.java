package accept4trace.action;

import static org.junit.jupiter.api.Assertions.assertTrue;

import accept4trace.fake.FakePlatform;
import accept4trace.outcome.UserError;
import accept4trace.proc.Machine;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Tests --check with arbitrary files, because a container may mount its own files over those of /proc and /sys. */
class CheckFuzzTest {
    private static final List<String> TEXTS = List.of(
            "proc/self/status",
            "proc/sys/kernel/osrelease",
            "proc/sys/kernel/hostname",
            "proc/sys/kernel/random/boot_id",
            "proc/sys/kernel/perf_event_paranoid",
            "proc/sys/fs/file-max",
            "sys/kernel/btf/vmlinux",
            "sys/kernel/security/lockdown",
            "proc/self/limits");

    private static Path root;

    @BeforeAll
    static void makeMachine() throws IOException {
        root = Files.createTempDirectory("check-fuzz");
        for (String text : TEXTS) {
            Files.createDirectories(root.resolve(text).getParent());
        }
    }

    @AfterAll
    static void removeMachine() throws IOException {
        for (String text : TEXTS) {
            Path file = root.resolve(text);
            Files.deleteIfExists(file);
            for (Path folder = file.getParent(); !folder.equals(root.getParent()); folder = folder.getParent()) {
                if (!isEmpty(folder)) {
                    break;
                }
                Files.delete(folder);
            }
        }
    }

    private static boolean isEmpty(Path folder) throws IOException {
        try (var entries = Files.list(folder)) {
            return entries.findAny().isEmpty();
        }
    }

    /**
     * Empty lines split the input into parts, one for each file. If there are more files than parts, the remaining
     * files get a copy of the last part.
     */
    @FuzzTest
    void anyMachineIsExamined(byte[] input) throws IOException {
        String[] parts = new String(input, StandardCharsets.ISO_8859_1).split("\n\n", -1);
        for (int i = 0; i < TEXTS.size(); i++) {
            String text = parts[Math.min(i, parts.length - 1)];
            Files.write(root.resolve(TEXTS.get(i)), text.getBytes(StandardCharsets.ISO_8859_1));
        }
        Machine machine = new Machine(root);
        machine.procView();
        machine.forbidsPerfEvents();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        String end = check(machine, new PrintStream(out, true, StandardCharsets.UTF_8));
        assertHarmless(out.toString(StandardCharsets.UTF_8) + end);
    }

    private static String check(Machine machine, PrintStream out) {
        try {
            new CheckCommand(out, machine, new FakePlatform()).run();
            return "";
        } catch (UserError e) {
            return e.getMessage() + "\n" + e.hint();
        }
    }

    private static void assertHarmless(String text) {
        assertTrue(text.matches("[ -~\n]*"), text);
    }
}
