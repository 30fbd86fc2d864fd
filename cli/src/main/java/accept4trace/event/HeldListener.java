package accept4trace.event;

import java.util.List;

/**
 * One record of a snapshot: a listening socket, a process that holds it, and the accept queue.
 *
 * @param netns inode of the socket's network namespace
 * @param longest the connections that have waited the longest, in the order of the queue
 * @param takenNs CLOCK_MONOTONIC when the record was made
 */
public record HeldListener(
        KernelSocket socket,
        long netns,
        ListenerHolder holder,
        QueueLengths lengths,
        List<WaitingConnection> longest,
        long takenNs) {}
