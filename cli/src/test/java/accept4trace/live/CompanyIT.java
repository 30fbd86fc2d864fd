package accept4trace.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tests other tools that trace the same process at the same time. */
@Tag("any-kernel")
@ExtendWith(Privilege.class)
class CompanyIT {
    private static final int TRACERS = 10;
    private static final int CALLS = 1000;

    @Test
    void tenTracersAgreeAndEndIndependently() {
        List<Tracer> tracers = new ArrayList<>();
        try (Workload workload = Workload.start("storm", Integer.toString(CALLS), "mixed")) {
            for (int i = 0; i < TRACERS; i++) {
                tracers.add(Tracer.start("-p", workload.pidText()));
            }
            tracers.forEach(Tracer::awaitLive);
            burst(workload, CALLS);
            Tracer interrupted = tracers.remove(0);
            Tracer killed = tracers.remove(0);
            interrupted.signal("INT");
            killed.signal("KILL");
            interrupted.awaitExit(130);
            killed.awaitExit(137);
            burst(workload, 2 * CALLS);
            workload.finish();
            List<String> expected = calls(tracers.get(0));
            assertEquals(2 * CALLS, expected.size());
            tracers.forEach(tracer -> assertEquals(expected, calls(tracer)));
            assertEquals(expected.subList(0, CALLS), calls(interrupted));
            tracers.forEach(tracer -> tracer.awaitExit(0));
        } finally {
            tracers.forEach(Tracer::close);
        }
    }

    private static void burst(Workload workload, int calls) {
        workload.go();
        workload.awaitLine(Integer.toString(calls));
    }

    private static List<String> calls(Tracer tracer) {
        List<String> calls =
                tracer.calls().stream().map(TracedCall::unmeasuredLine).toList();
        assertEquals(0, tracer.lost());
        return calls;
    }

    /** gdb stops the process after the calls. When gdb reads a line, it lets the process continue. */
    @Test
    void debuggerCanStopTheProcess() {
        try (Workload workload = Workload.start("storm", "3", "mixed");
                Tracer tracer = Tracer.attach(workload);
                Program gdb = Program.start(Requirements.installed("gdb"), debugging(workload))) {
            gdb.out().awaitLine("gdb waits", "waits"::equals);
            workload.go();
            gdb.out().awaitLine("the process is held", "$1 = 3"::equals);
            Await.until("it is stopped", () -> Proc.isTraced(workload.pid()));
            tracer.out().awaitLines(3);
            assertTrue(tracer.isAlive());
            gdb.sendLine();
            workload.awaitLine("3");
            assertEquals(0, gdb.awaitExit());
            workload.finish();
            assertEquals(3, calls(tracer).size());
            tracer.awaitExit(0);
        }
    }

    private static List<String> debugging(Workload workload) {
        List<String> arguments = new ArrayList<>(List.of("-q", "-nx", "-batch", "-p", workload.pidText()));
        List.of("break report", "echo waits\\n", "continue", "print made", "shell read -r line", "detach")
                .forEach(command -> arguments.addAll(List.of("-ex", command)));
        return arguments;
    }

    @Test
    void straceCanTraceTheTracer() {
        String tool = Tracer.executable().toString();
        try (Workload workload = Workload.start("storm", "3", "mixed");
                Program strace = Program.start(
                        Requirements.installed("strace"),
                        List.of("-f", "-o", "/dev/null", tool, "--no-fold", "-p", workload.pidText()))) {
            Tracer.awaitLive(strace.err());
            workload.go();
            workload.finish();
            assertEquals(3, TracedCall.parseAll(strace.out().awaitEnd()).size());
            assertEquals(0, strace.awaitExit());
        }
    }
}
