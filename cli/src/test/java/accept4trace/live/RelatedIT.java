package accept4trace.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertIterableEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests calls on listeners other than accepts: bind, listen, and waits such as poll and epoll_wait. */
@ExtendWith(Privilege.class)
class RelatedIT {
    @ParameterizedTest
    @CsvSource({
        "'-e trace=bind,listen,%poll', ''",
        "'-e trace=all', ''",
        "'-e trace=bind', bind(",
        "'-e trace=listen', listen(",
        "'-e trace=bind,listen -Z', ' = -1 '",
        "'-e trace=%poll', ready=",
        "'-e trace=%poll --family=inet6', 'nothing'"
    })
    void showsTheSelectedCalls(String options, String wanted) {
        try (Workload workload = Workload.start("related");
                Tracer tracer = Tracer.attach(workload, options.split(" "))) {
            workload.go();
            List<String> expected = workload.lines().stream()
                    .filter(line -> line.contains(wanted))
                    .toList();
            assertIterableEquals(
                    expected,
                    tracer.calls().stream().map(TracedCall::unmeasured).toList());
            tracer.awaitExit(0);
        }
    }

    /**
     * A call that seccomp denies has no entry event. The tool must not take it for a wait that began before tracing,
     * which has no entry event either.
     */
    @Test
    void deniedCallsAreDistinguishedFromOlderCalls() {
        try (Workload workload = Workload.start("answered");
                Tracer tracer = Tracer.attach(workload, "-e", "trace=bind,listen,%poll")) {
            workload.go();
            List<String> expected = workload.lines();
            assertEquals(3, expected.size());
            assertIterableEquals(
                    expected,
                    tracer.calls().stream().map(TracedCall::unmeasuredLine).toList());
            tracer.awaitExit(0);
        }
    }

    /** A wait returns two listeners. The filter must not combine the fd of one with the family of the other. */
    @Test
    void listenersOfOneCallAreDistinguished() {
        try (Workload workload = Workload.start("related");
                Tracer tracer = Tracer.attach(workload, "-etrace=%poll", "--family=unix", "--fd=3")) {
            workload.go();
            List<String> lines = workload.lines();
            String both = lines.get(lines.size() - 1);
            assertTrue(both.matches(".* ready=3<TCP:\\S+>\\+1"), both);
            assertEquals(List.of(), tracer.calls());
            tracer.awaitExit(0);
        }
    }

    /**
     * Both interruptions make the kernel resume the wait in another system call, restart_syscall. The tool must show
     * both calls as one wait.
     */
    @ParameterizedTest
    @ValueSource(strings = {"stop", "strace"})
    void interruptedWaitHasOneLine(String interruption) {
        try (Workload workload = polling();
                Tracer tracer = traceWaits(workload)) {
            begin(workload);
            interrupt(workload, interruption);
            assertEquals(connect(workload), waits(tracer));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"stop", "strace"})
    void interruptedOlderWaitHasOneLine(String interruption) {
        try (Workload workload = polling()) {
            begin(workload);
            try (Tracer tracer = traceWaits(workload)) {
                interrupt(workload, interruption);
                assertEquals(connect(workload).replace("<T>", "<>=T>"), waits(tracer));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"stop", "strace"})
    void waitInterruptedBeforeTracingHasOneLine(String interruption) {
        try (Workload workload = polling()) {
            begin(workload);
            interrupt(workload, interruption);
            try (Tracer tracer = traceWaits(workload)) {
                assertEquals(connect(workload).replace("<T>", "<>=T>"), waits(tracer));
            }
        }
    }

    private static Workload polling() {
        Requirements.ofKernel(
                Files.exists(Workload.executable("polls")), "on this processor, the kernel does not resume polls");
        return Workload.start("polls");
    }

    private static Tracer traceWaits(Workload workload) {
        return Tracer.attach(workload, "-e", "trace=%poll");
    }

    private static void begin(Workload workload) {
        workload.go();
        workload.awaitLine("waiting");
    }

    /** Interrupts the wait, and returns once the kernel has resumed it. */
    private static void interrupt(Workload workload, String interruption) {
        if (interruption.equals("strace")) {
            attachAndDetachStrace(workload);
        } else {
            stopAndContinue(workload);
        }
        workload.go();
        workload.awaitLine("resumed");
    }

    private static void stopAndContinue(Workload workload) {
        Program.signal("STOP", workload.pid());
        Await.until("it is stopped", () -> Proc.isStopped(workload.pid()));
        Program.signal("CONT", workload.pid());
    }

    private static void attachAndDetachStrace(Workload workload) {
        List<String> arguments = List.of("-o", "/dev/null", "-p", workload.pidText());
        try (Program strace = Program.start(Requirements.installed("strace"), arguments)) {
            strace.err().awaitLine("strace is attached", line -> line.endsWith(" attached"));
            Program.signal("INT", strace.pid());
            strace.awaitExit();
        }
    }

    /** Ends the wait, and returns its line. */
    private static String connect(Workload workload) {
        workload.go();
        List<String> lines = workload.lines();
        return lines.get(lines.size() - 1);
    }

    private static String waits(Tracer tracer) {
        String lines = tracer.calls().stream().map(TracedCall::unmeasured).collect(Collectors.joining("\n"));
        tracer.awaitExit(0);
        return lines;
    }
}
