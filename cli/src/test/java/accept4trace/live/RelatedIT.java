package accept4trace.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertIterableEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests calls about listeners other than accepts. */
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

    /** A wait returns a TCP and an AF_UNIX listener: the latter must not have the port of the former. */
    @Test
    void listenersOfOneCallAreDistinguished() {
        try (Workload workload = Workload.start("related");
                Tracer tracer = Tracer.attach(
                        workload, "-etrace=%poll", "--family=unix", "--port=" + Proc.listeningPort(workload.pid()))) {
            workload.go();
            workload.lines();
            assertEquals(List.of(), tracer.calls());
            tracer.awaitExit(0);
        }
    }
}
