package accept4trace.diagnose;

import accept4trace.diagnose.Finding.Kind;
import accept4trace.diagnose.Finding.Severity;
import accept4trace.text.Units;
import java.util.List;
import java.util.Map;

/** Finds connections that were accepted by io_uring, which tracers of system calls do not see. */
final class IoUringAccepts implements Check {
    @Override
    public List<Finding> findings(Observations seen, long durationNs) {
        return Program.of(seen, process -> process.byIoUring > 0)
                .map(IoUringAccepts::finding)
                .toList();
    }

    private static Finding finding(Program program) {
        ObservedProcess process = program.sum();
        return new Finding(
                Kind.IO_URING,
                Severity.NOTE,
                null,
                program.tgids(),
                "io_uring: " + program.name() + " accepted " + Units.count(process.byIoUring) + " of "
                        + Units.plural(process.connections, "connection", "connections") + " with it",
                "-e io_uring shows these accepts. strace and other tracers of system calls do not see them.",
                Map.of("accepted", process.byIoUring, "connections", process.connections));
    }
}
