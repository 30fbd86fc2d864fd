package accept4trace.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertIterableEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The workload's own claims, held against strace: the reference is strace's output, not our idea of it. */
class StraceIT {
    @Test
    void straceSaysTheSame(@TempDir Path folder) throws IOException {
        Path output = folder.resolve("strace");
        String workload = Workload.executable("calls").toString();
        List<String> arguments = List.of("-f", "-yy", "-e", "trace=accept4", "-o", output.toString(), workload);
        try (Program strace = Program.start(Requirements.installed("strace"), arguments)) {
            strace.sendLine();
            List<String> claims = strace.out().awaitEnd();
            assertEquals(0, strace.awaitExit(), () -> "strace: " + strace.err().awaitEnd());
            assertIterableEquals(withoutMeasures(claims.subList(1, claims.size())), calls(output));
        }
    }

    private static List<String> withoutMeasures(List<String> claims) {
        return claims.stream().map(line -> line.replaceFirst(" <T>.*", "")).toList();
    }

    /** strace pads short calls so that results stand in a column. */
    private static List<String> calls(Path output) throws IOException {
        return Files.readAllLines(output).stream()
                .filter(line -> line.contains(" accept4("))
                .map(line -> line.replaceFirst("^\\d+ +", "").replaceFirst("\\) += ", ") = "))
                .toList();
    }
}
