package accept4trace.proc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProcessNamesTest {
    @TempDir
    private Path proc;

    @BeforeEach
    void threeServersAndThisProcess() throws IOException {
        process(1, "nginx", "/nonexistent/sbin/nginx", "nginx: master process /nonexistent/sbin/nginx");
        process(2, "python3", "/nonexistent/python3.11", "/nonexistent/bin/python3", "-m", "http.server");
        process(3, "worker", "/opt/app (deleted)", "app-title", "nginx");
        process(4, "nginx", "/nonexistent/sbin/nginx", "nginx");
        Files.createSymbolicLink(proc.resolve("self"), Path.of("4"));
    }

    private void process(int tgid, String comm, String program, String... words) throws IOException {
        Path folder = Files.createDirectories(proc.resolve(Integer.toString(tgid)));
        Files.writeString(folder.resolve("comm"), comm + "\n", StandardCharsets.ISO_8859_1);
        Files.writeString(folder.resolve("cmdline"), String.join("\0", words) + "\0", StandardCharsets.ISO_8859_1);
        if (!program.isEmpty()) {
            Files.createSymbolicLink(folder.resolve("exe"), Path.of(program));
        }
    }

    private String find(String name) {
        return new ProcessNames(new Processes(proc))
                .find(name).stream().map(String::valueOf).collect(Collectors.joining(" "));
    }

    /**
     * A path or a part of a name does not match. Process 4 is also named nginx, but must not be found, because it is
     * this process itself.
     */
    @ParameterizedTest
    @CsvSource({
        "nginx, 1",
        "python3, 2",
        "python3.11, 2",
        "worker, 3",
        "app, 3",
        "app-title, 3",
        "/nonexistent/sbin/nginx, ''",
        "python, ''"
    })
    void findsByThreadExecutableOrFirstWord(String name, String tgids) {
        assertEquals(tgids, find(name));
    }

    /**
     * The kernel stores only 15 bytes of the name of a thread. A longer name that begins with these bytes matches,
     * unless the executable or the first word also begins with them. Then the thread's full name is known, and only
     * this name matches.
     */
    @ParameterizedTest
    @CsvSource({
        "a-script-with-a-name, a-script-with-a, /nonexistent/bin/python3, python3, 9",
        "a-script-with-a, a-script-with-a, /nonexistent/bin/python3, python3, 9",
        "a-script-with-b, a-script-with-a, /nonexistent/bin/python3, python3, ''",
        "my-service-worker, my-service-work, /opt/my-service-workflow, /x, ''",
        "my-service-worker, my-service-work, /x, my-service-workflow, ''",
        "nginx-extra, nginx, /x, x, ''"
    })
    void nameOfAThreadCanBeCutOff(String name, String comm, String program, String word, String tgids)
            throws IOException {
        process(9, comm, program, word);
        assertEquals(tgids, find(name));
    }

    /** Zombies and threads of the kernel have no program. */
    @Test
    void findsOnlyRunningPrograms() throws IOException {
        process(8, "gone", "", "");
        assertEquals("", find("gone"));
    }

    @Test
    void namesAreComparedByteByByte() throws IOException {
        process(8, "k\u00f6\u00ff", "/x", "x");
        assertEquals("8", find("k\u00f6\u00ff"));
        assertEquals(List.of(), new ProcessNames(new Processes(proc)).find("k\u00f6?"));
    }
}
