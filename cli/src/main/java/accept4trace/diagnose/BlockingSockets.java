package accept4trace.diagnose;

import accept4trace.diagnose.Finding.Kind;
import accept4trace.diagnose.Finding.Severity;
import accept4trace.diagnose.ObservedProcess.FlagCount;
import accept4trace.text.Units;
import java.util.List;

/**
 * Finds blocking sockets accepted by a thread that waits for many files at once, e.g. in epoll_wait. If the thread also
 * waits for these sockets, a client that sends half a request blocks all other clients. Otherwise, blocking sockets do
 * not count as a fault, because other threads may serve them, or the thread may serve one at a time.
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
        return new Finding(
                Kind.BLOCKING,
                process.watchesBlocking ? Severity.DELAY : Severity.NOTE,
                null,
                program.tgids(),
                (process.watchesBlocking ? "blocking sockets in an event loop: " : "blocking sockets: ")
                        + program.name() + " accepted "
                        + Units.count(count.accepted) + " of "
                        + Units.plural(process.connections, "connection", "connections") + " without SOCK_NONBLOCK; "
                        + InheritedSockets.setLater(process, count, "O_NONBLOCK"),
                remedy(process),
                count.numbers(process.connections));
    }

    private static String remedy(ObservedProcess process) {
        if (process.watchesBlocking) {
            return "Its epoll instance watches these sockets, so one slow client can block all others: accept with"
                    + " SOCK_NONBLOCK.";
        }
        return process.hasOneThread
                ? "It has no other thread. If it serves one connection at a time, a slow client delays those that wait."
                : "Not a fault if other threads serve these sockets. Otherwise, accept with SOCK_NONBLOCK.";
    }
}
