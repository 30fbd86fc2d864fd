package accept4trace.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests the content of lines with different options. */
@Tag("any-kernel")
@ExtendWith(Privilege.class)
class OutputIT {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--no-duration | [pid P<storm>] accept4(3<TCP:[0.0.0.0:N]>, NULL, NULL, 0) = -1 EAGAIN (Resource temporarily unavailable)",
                "--no-comm | [pid P] accept4(3<TCP:[0.0.0.0:N]>, NULL, NULL, 0) = -1 EAGAIN (Resource temporarily unavailable) <T>",
                "--decode-fds=none | [pid P<storm>] accept4(3, NULL, NULL, 0) = -1 EAGAIN (Resource temporarily unavailable) <T>",
                "--decode-fds=path | [pid P<storm>] accept4(3<socket:[N]>, NULL, NULL, 0) = -1 EAGAIN (Resource temporarily unavailable) <T>",
                "-v | [pid P<storm>] accept4(3<TCP:[0.0.0.0:N]>, NULL, NULL, 0) = -1 EAGAIN (Resource temporarily unavailable) <T> netns=N cgroup=C",
                "--color=always | [pid P<storm>] accept4(^36m3<TCP:[0.0.0.0:N]>^0m, NULL, NULL, ^33m0^0m) = -1 ^31mEAGAIN^0m (Resource temporarily unavailable) <T>"
            })
    void optionsChangeLines(String option, String expected) {
        try (Workload workload = Workload.start("storm", "1");
                Tracer tracer = Tracer.attach(workload, option)) {
            workload.go();
            workload.finish();
            List<String> lines = tracer.out().awaitEnd();
            tracer.awaitExit(0);
            assertEquals(expected, masked(lines.get(0), workload.pidText()));
        }
    }

    private static String masked(String line, String pid) {
        assertTrue(line.contains("[pid " + pid), line);
        return line.replace("[pid " + pid, "[pid P")
                .replaceFirst(" <\\d+\\.\\d{6}>", " <T>")
                .replaceFirst("0\\.0\\.0\\.0:\\d+", "0.0.0.0:N")
                .replaceFirst("socket:\\[\\d+", "socket:[N")
                .replaceFirst(" netns=\\d+ cgroup=\\S+$", " netns=N cgroup=C")
                .replace("\u001b[", "^");
    }
}
