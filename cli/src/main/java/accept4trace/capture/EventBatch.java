package accept4trace.capture;

import java.nio.ByteBuffer;

/**
 * The result of one poll.
 *
 * @param records complete records from index 0, in native byte order
 * @param length size of all records in bytes
 * @param signal a signal that asks this process to end, 0 = none
 * @param readerGone nobody reads the output any more
 * @param targetsGone the last traced process has ended
 * @param input stdin is readable or at its end
 * @param isPart the next call of {@link EventSource#poll} continues this result; only for recordings
 */
public record EventBatch(
        ByteBuffer records,
        int length,
        int signal,
        boolean readerGone,
        boolean targetsGone,
        boolean input,
        boolean isPart) {
    /** Creates a complete result, i.e. one that the next call of {@link EventSource#poll} does not continue. */
    public EventBatch(
            ByteBuffer records, int length, int signal, boolean readerGone, boolean targetsGone, boolean input) {
        this(records, length, signal, readerGone, targetsGone, input, false);
    }
}
