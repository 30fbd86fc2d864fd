package accept4trace.format;

import java.util.Set;

/**
 * Options of the text formats.
 *
 * @param comms show names of threads
 * @param verbose show all details of a call
 * @param fds details of file descriptors to show
 * @param times times to show
 * @param column minimum column of the result in its line
 * @param ends show the ends of processes
 * @param workloads show the unit and container of the process
 */
public record TextOptions(
        boolean comms, boolean verbose, Set<FdDecoding> fds, Times times, int column, boolean ends, boolean workloads) {
    public static final TextOptions DEFAULT =
            new TextOptions(true, false, Set.of(FdDecoding.values()), Times.DURATIONS, 0, true, false);
}
