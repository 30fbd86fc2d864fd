package accept4trace.live;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tests that lines show details of TCP handshakes, e.g. repeated SYN-ACKs. */
@ExtendWith(Privilege.class)
class HandshakesIT {
    private static final String SURROUNDINGS = " wake=\\d+\\.\\d{6}(.*) netns=\\d+ cgroup=.*";

    @Test
    void linesShowRepeatedSynAcks() {
        try (Workload workload = Workload.start("handshakes");
                Tracer tracer = Tracer.attach(workload)) {
            assertLines(workload, tracer);
        }
    }

    @Test
    void verboseLinesShowDetailsOfTheHandshake() {
        try (Workload workload = Workload.start("handshakes", "verbose");
                Tracer tracer = Tracer.attach(workload, "-v")) {
            assertLines(workload, tracer);
        }
    }

    private static void assertLines(Workload workload, Tracer tracer) {
        workload.go();
        List<String> expected = workload.lines();
        List<String> lines = tracer.calls().stream()
                .map(call -> call.unmeasured().replaceFirst(SURROUNDINGS, "$1"))
                .toList();
        tracer.awaitExit(0);
        assertEquals(expected, lines);
    }
}
