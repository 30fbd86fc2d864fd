package accept4trace.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Tests SIGKILL at any moment, from the first to the last instruction of the tool. */
@Tag("any-kernel")
@ExtendWith(Privilege.class)
class KilledTracerIT {
    private static final int KILLS = Integer.getInteger("a4t.kills", 6);
    private static final long SEED = Long.getLong("a4t.seed", System.nanoTime());
    /**
     * The longest delay before a kill. The tool takes less time than this to start, to end, or to start a command. So
     * the kill can come at any moment while the tool does one of these.
     */
    private static final Duration WITHIN = Duration.ofMillis(400);

    /**
     * The command starts 300 children, each with a child of its own. This takes some time, so that some of the kills
     * come before the command has ended.
     */
    private static final String COMMAND =
            "echo >\"$3\"; : >\"$4\"; \"$1\" -o /dev/null -- \"$2\" 300 <\"$3\" >\"$4\" & echo $!; wait $!";

    @TempDir
    private Path folder;

    private final Random random = new Random(SEED);

    @Test
    void targetSurvivesTheTracer() {
        repeat((kill, moment) -> {
            try (Workload workload = startSteady();
                    Tracer tracer = Tracer.start("-p", workload.pidText())) {
                killSoon(tracer, kill, moment);
                assertUnharmed(workload);
            }
        });
    }

    @Test
    void targetSurvivesAnEndingTracer() {
        repeat((kill, moment) -> {
            try (Workload workload = startSteady();
                    Tracer tracer = Tracer.attach(workload)) {
                tracer.signal("INT");
                killSoon(tracer, kill, moment);
                assertUnharmed(workload);
            }
        });
    }

    /** After the kill, the command either never begins, or continues without a tracer. */
    @Test
    void commandRunsWithoutTracerOrNeverStarts() {
        Path input = folder.resolve("input");
        Path output = folder.resolve("output");
        String[] arguments = {
            Tracer.executable().toString(), Workload.executable("forks").toString(), input.toString(), output.toString()
        };
        repeat((kill, moment) -> {
            try (Program shell = Program.bash(COMMAND, arguments)) {
                LockSupport.parkNanos(kill.toNanos());
                long tracer = Long.parseLong(shell.out().awaitLine("its id", line -> line.matches("\\d+")));
                ProcessHandle.of(tracer).ifPresent(ProcessHandle::destroyForcibly);
                shell.awaitExit();
            }
            Await.until("the command has ended: " + moment, () -> noneRuns(Workload.executable("forks")));
            List<String> lines = lines(output);
            assertTrue(lines.isEmpty() || lines.equals(List.of("ready", "602")), () -> lines + ", " + moment);
        });
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void repeat(BiConsumer<Duration, String> round) {
        Set<String> before = BpfPrograms.orphans();
        for (int i = 0; i < KILLS; i++) {
            Duration kill = Duration.ofNanos((long) (random.nextDouble() * WITHIN.toNanos()));
            String moment = "killed after " + kill.toMillis() + " ms, seed " + SEED + ", round " + i;
            round.accept(kill, moment);
            Await.until("no process is left: " + moment, KilledTracerIT::noneRuns);
            Await.until("nothing is attached: " + moment, () -> before.containsAll(BpfPrograms.orphans()));
        }
    }

    /** Kills the tracer after a delay. The tracer may have ended before. */
    private static void killSoon(Tracer tracer, Duration after, String moment) {
        LockSupport.parkNanos(after.toNanos());
        tracer.kill();
        int status = tracer.awaitExit();
        assertTrue(status == 137 || status == 130, () -> "status " + status + ", " + moment);
    }

    private static Workload startSteady() {
        Workload workload = Workload.start("storm", "steady", "mixed");
        workload.go();
        return workload;
    }

    /**
     * Checks that the workload still runs, and that all its calls had the expected result. After any other result, the
     * workload would end with another status, without printing a line.
     */
    private static void assertUnharmed(Workload workload) {
        assertTrue(workload.isAlive());
        workload.finish();
        assertEquals(1, workload.lines().size());
        assertEquals(0, workload.awaitExit());
    }

    /**
     * Returns whether no process of the tool is left. When the tool ends, it can hand over its hooks to another process
     * of the same installation, which ends later.
     */
    private static boolean noneRuns() {
        return noneRuns(Tracer.executable().getParent().getParent());
    }

    /** Returns whether no process runs this program, or a program in this folder. */
    private static boolean noneRuns(Path path) {
        return ProcessHandle.allProcesses()
                .flatMap(process -> process.info().command().stream())
                .noneMatch(program -> Path.of(program).startsWith(path));
    }
}
