package accept4trace.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertIterableEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tests that calls denied by seccomp are distinguished from calls that began before tracing. */
@ExtendWith(Privilege.class)
class SeccompIT {
    @Test
    void deniedCallsAreDistinguishedFromOlderCalls() {
        try (Workload workload = Workload.start("denied")) {
            assertDistinguished(workload);
        }
    }

    /** The hooks inside the kernel also run for an accept() that is not traced. */
    @Test
    void untracedAcceptDoesNotHideTheNextCall() {
        try (Workload workload = Workload.start("denied", "accept")) {
            assertDistinguished(workload, "--trace=accept4");
        }
    }

    /** Traces the workload "denied", which must be ready. */
    static void assertDistinguished(Workload workload, String... options) {
        Rung rung = Rung.here();
        try (Tracer tracer = Tracer.attach(workload, options)) {
            workload.go();
            List<String> claimed = workload.lines();
            assertEquals(5, claimed.size());
            List<String> expected = claimed.stream()
                    .filter(rung::seesDenied)
                    .map(line -> line.endsWith("seccomp") ? line : line + rung.peerMark())
                    .toList();
            assertIterableEquals(
                    expected,
                    tracer.calls().stream().map(TracedCall::unmeasuredLine).toList());
            tracer.awaitExit(0);
        }
    }

    /**
     * If seccomp traps a call, the result register still holds the number of the system call. The tool must not show
     * this number as the result.
     */
    @Test
    void trappedCallsHaveNoResult() {
        try (Workload workload = Workload.start("trapped");
                Tracer tracer = Tracer.attach(workload)) {
            workload.go();
            assertEquals(3, workload.lines().size());
            assertIterableEquals(
                    workload.lines().stream().filter(Rung.here()::seesDenied).toList(),
                    tracer.calls().stream().map(TracedCall::unmeasuredLine).toList());
            tracer.awaitExit(0);
        }
    }
}
