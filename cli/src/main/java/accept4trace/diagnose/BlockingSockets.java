package accept4trace.diagnose;

import accept4trace.diagnose.Finding.Kind;
import accept4trace.diagnose.Finding.Severity;
import accept4trace.diagnose.ObservedProcess.FlagCount;
import accept4trace.text.Units;
import java.util.List;

/**
 * Finds blocking sockets that were accepted by a thread that waits for many files. If this thread also serves the
 * sockets, a client that sends half a request blocks all others. If other threads serve them, this is not a fault.
 */
final class BlockingSockets implements Check {
    @Override
    public List<Finding> findings(Observations seen, long durationNs) {
        return Program.of(seen, process -> process.blocking.notSet > 0)
                .map(BlockingSockets::finding)
                .toList();
    }

    private static Finding finding(Program program) {
        ObservedProcess process = program.sum();
        FlagCount count = process.blocking;
        boolean inLoop = process.watchesBlocking || process.hasOneThread;
        return new Finding(
                Kind.BLOCKING,
                inLoop ? Severity.DELAY : Severity.NOTE,
                null,
                program.tgids(),
                "blocking sockets in an event loop: " + program.name() + " accepted "
                        + Units.count(count.accepted) + " of "
                        + Units.plural(process.connections, "connection", "connections") + " without SOCK_NONBLOCK; "
                        + InheritedSockets.setLater(process, count, "O_NONBLOCK"),
                remedy(process, inLoop),
                count.numbers(process.connections));
    }

    private static String remedy(ObservedProcess process, boolean inLoop) {
        if (!inLoop) {
            return "Not a fault if other threads serve these sockets. Otherwise, accept with SOCK_NONBLOCK.";
        }
        return (process.watchesBlocking
                        ? "Its epoll instance watches these sockets"
                        : "It has no other thread to serve these sockets")
                + ", so one slow client can block all others: accept with SOCK_NONBLOCK.";
    }
}
