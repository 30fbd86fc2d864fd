package accept4trace.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests how signals end the tracer, and what it leaves behind. */
@ExtendWith(Privilege.class)
class SignalsIT {
    /**
     * Starts the tracer as a background job of a script. Such a job starts with SIGINT ignored, but SIGINT must end the
     * tracer nevertheless.
     */
    private static final String INTERRUPTED_JOB =
            "\"$1\" -p \"$2\" -o \"$3\" & tracer=$!; read -r _; kill -INT $tracer; wait $tracer; echo \"status $?\"";

    @TempDir
    private Path folder;

    @Tag("any-kernel")
    @ParameterizedTest
    @CsvSource({"HUP, 1", "INT, 2", "TERM, 15"})
    void tracerIsKilledByTheSignal(String name, int number) throws IOException {
        Path ending = folder.resolve("ending");
        try (Workload workload = Workload.start("storm", "1");
                Program parent = startUnderParent(ending, workload)) {
            Tracer.awaitLive(parent.err());
            ProcessHandle tracer = parent.handle().children().findFirst().orElseThrow();
            Program.signal(name, tracer.pid());
            assertEquals(0, parent.awaitExit());
            assertEquals("killed by " + number, Files.readString(ending).strip());
        }
    }

    private static Program startUnderParent(Path ending, Workload workload) {
        String tool = Tracer.executable().toString();
        return Program.start(Workload.executable("reap"), List.of(ending.toString(), tool, "-p", workload.pidText()));
    }

    @Tag("any-kernel")
    @Test
    void interruptEndsABackgroundJob() throws IOException {
        Path output = folder.resolve("output");
        String tool = Tracer.executable().toString();
        try (Workload workload = Workload.start("storm", "3", "mixed");
                Program shell = Program.bash(INTERRUPTED_JOB, tool, workload.pidText(), output.toString())) {
            Tracer.awaitLive(shell.err());
            workload.go();
            workload.awaitLine("3");
            shell.sendLine();
            assertEquals(List.of("status 130"), shell.out().awaitEnd());
            assertEquals(3, TracedCall.parseAll(Files.readAllLines(output)).size());
        }
    }

    @Tag("any-kernel")
    @Test
    void ignoredHangupStaysIgnored() {
        try (Workload workload = Workload.start("storm", "1");
                Tracer tracer = Tracer.startAfter("trap '' HUP", "-p", workload.pidText())) {
            tracer.awaitLive();
            tracer.signal("HUP");
            workload.go();
            tracer.out().awaitLine("a call after the hangup", line -> line.contains("accept4("));
            tracer.signal("TERM");
            tracer.awaitExit(143);
        }
    }

    @ParameterizedTest
    @CsvSource({"INT, 130", "KILL, 137"})
    void nothingStaysAttachedAfterTheEnd(String signal, int status) {
        try (Workload workload = Workload.start("storm", "1000");
                Tracer tracer = Tracer.attach(workload)) {
            List<String> programs = BpfPrograms.heldBy(tracer.pid());
            assertFalse(programs.isEmpty());
            tracer.signal(signal);
            tracer.awaitExit(status);
            Await.until("the kernel has freed the programs", () -> BpfPrograms.areGone(programs));
            workload.go();
            workload.awaitLine("1000");
        }
    }
}
