package accept4trace.format;

import java.util.Set;

/**
 * What a line of text holds.
 *
 * @param comms names of threads
 * @param verbose everything else that is known of a call
 * @param fds what is shown of file descriptors
 * @param column where in its line a result stands at the least
 * @param ends lines for the ends of processes
 * @param workloads unit and container of the process
 */
public record TextOptions(
        boolean comms, boolean verbose, Set<FdDecoding> fds, Times times, int column, boolean ends, boolean workloads) {
    public static final TextOptions DEFAULT =
            new TextOptions(true, false, Set.of(FdDecoding.values()), Times.DURATIONS, 0, true, false);
}
