package accept4trace.format;

import java.util.Set;

/**
 * What a line of text holds.
 *
 * @param durations how long each call took
 * @param comms names of threads
 * @param verbose everything else that is known of a call
 * @param fds what is shown of file descriptors
 */
public record TextOptions(boolean durations, boolean comms, boolean verbose, Set<FdDecoding> fds) {
    public static final TextOptions DEFAULT = new TextOptions(true, true, false, Set.of(FdDecoding.values()));
}
