package accept4trace.targets;

import accept4trace.capture.Snapshots;
import accept4trace.diagnose.ServerFacts;
import accept4trace.queue.TraceSelection;

/**
 * The inputs of a hint about a silent trace.
 *
 * @param selection the filters of the trace, which may have removed calls
 * @param snapshots takes snapshots of the machine
 * @param facts what /proc shows about a server
 * @param seesEveryAccept false if the hooks do not show accepts by io_uring and by 32-bit programs
 */
public record SilenceTools(TraceSelection selection, Snapshots snapshots, ServerFacts facts, boolean seesEveryAccept) {}
