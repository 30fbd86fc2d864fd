package accept4trace.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertIterableEquals;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests that another user, who knows the source code, can do nothing to a running tool. The attempts are listed in
 * {@link Attempt}. {@link PlantedFilesIT} tests planted files, and {@link HostileServersIT} tests hostile servers.
 */
@Tag("any-kernel")
@ExtendWith(Privilege.class)
class StrangersIT {
    @TempDir
    private Path folder;

    @Test
    void nobodyElseReachesTheTool() {
        List<Attempt> all = Attempt.ALL;
        assertIterableEquals(failures(all), made(all, "true"));
    }

    /**
     * The tool runs with the id of the user who ran sudo. It must be closed to this user, because it has capabilities,
     * and holds data of other users.
     */
    @Test
    void theUserWhoRanSudoCannotReachTheToolsMemoryOrFiles() {
        List<Attempt> some =
                Attempt.ALL.stream().filter(Attempt::evenAsSameUser).toList();
        assertIterableEquals(failures(some), made(some, "export SUDO_UID=65533 SUDO_GID=65533"));
    }

    private static List<String> failures(List<Attempt> attempts) {
        return attempts.stream().map(Attempt::failed).toList();
    }

    /** Makes the attempts while the tool traces, and checks that it still traces afterwards. */
    private List<String> made(List<Attempt> attempts, String preparation) {
        Path program = Workload.executable("stranger");
        Requirements.openToEverybody(program);
        try (Workload workload = Workload.start("storm", "1");
                Tracer tracer = Tracer.startAfter(
                        preparation, "--stack", "-o", folder.resolve("trace").toString(), "-p", workload.pidText())) {
            tracer.awaitLive();
            Await.until("it is confined", () -> Proc.isConfined(tracer.pid()));
            List<String> lines;
            try (Program stranger = Stranger.bash(
                    "cd /; export LC_ALL=C TOOL=$1 TRY=$2; " + Attempt.script(attempts),
                    Long.toString(tracer.pid()),
                    program.toString())) {
                lines = stranger.out().awaitEnd();
                assertEquals(List.of(), stranger.err().awaitEnd());
            }
            workload.go();
            workload.finish();
            tracer.awaitExit(0);
            assertEquals(0, tracer.lost());
            return lines;
        }
    }
}
