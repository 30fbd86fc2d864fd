package accept4trace.diagnose;

import accept4trace.diagnose.Finding.Kind;
import accept4trace.diagnose.Finding.Severity;
import accept4trace.text.Units;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

/** Finds connections that were not accepted by accept4. */
final class NonAccept4Accepts implements Check {
    private final Kind kind;
    private final String call;
    private final ToLongFunction<ObservedProcess> count;
    private final String remedy;

    private NonAccept4Accepts(Kind kind, String call, ToLongFunction<ObservedProcess> count, String remedy) {
        this.kind = kind;
        this.call = call;
        this.count = count;
        this.remedy = remedy;
    }

    static Check accept() {
        return new NonAccept4Accepts(
                Kind.ACCEPT,
                "accept(2)",
                process -> process.byAccept,
                "accept4 sets SOCK_CLOEXEC and SOCK_NONBLOCK without a further call.");
    }

    static Check ioUring() {
        return new NonAccept4Accepts(
                Kind.IO_URING,
                "io_uring",
                process -> process.byIoUring,
                "-e io_uring shows these accepts. strace and other tracers of system calls do not see them.");
    }

    @Override
    public List<Finding> findings(Observations seen, long durationNs) {
        return Program.of(seen, process -> count.applyAsLong(process) > 0)
                .map(this::finding)
                .toList();
    }

    private Finding finding(Program program) {
        ObservedProcess process = program.sum();
        long accepted = count.applyAsLong(process);
        return new Finding(
                kind,
                Severity.NOTE,
                null,
                program.tgids(),
                call + ": " + program.name() + " accepted " + Units.count(accepted) + " of "
                        + Units.plural(process.connections, "connection", "connections") + " with it",
                remedy,
                Map.of("accepted", accepted, "connections", process.connections));
    }
}
