package accept4trace.action;

import accept4trace.capture.OperatingSystem;
import accept4trace.diagnose.ServerFacts;
import accept4trace.format.ProcessDetails;
import accept4trace.format.json.JsonFormatter;
import accept4trace.proc.Machine;
import accept4trace.proc.Processes;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The machine that events come from: this one, or that of a recording.
 *
 * @param netns returns the inode of the tracer's network namespace
 * @param epochOffset returns the current CLOCK_REALTIME minus CLOCK_MONOTONIC, in nanoseconds
 * @param clock CLOCK_MONOTONIC, in nanoseconds
 * @param details looks up details of processes and peers
 * @param facts facts about servers for a diagnosis; null without a diagnosis
 */
record Scene(
        JsonFormatter.Origin origin,
        LongSupplier netns,
        LongSupplier epochOffset,
        LongSupplier clock,
        ProcessDetails details,
        @Nullable ServerFacts facts) {
    /** Returns this machine. */
    static Scene here(Machine machine, Processes processes, OperatingSystem system, ProcessDetails details) {
        return new Scene(
                new JsonFormatter.Origin(machine.hostName(), machine.bootId()),
                () -> ownNetworkNamespace(processes),
                system::epochOffset,
                System::nanoTime,
                details,
                null);
    }

    static long ownNetworkNamespace(Processes processes) {
        return processes.networkNamespace((int) ProcessHandle.current().pid());
    }

    Scene withFacts(ServerFacts known) {
        return new Scene(origin, netns, epochOffset, clock, details, known);
    }

    Scene withOffset(LongSupplier other) {
        return new Scene(origin, netns, other, clock, details, facts);
    }
}
