package accept4trace.capture;

import java.nio.ByteBuffer;

/**
 * What one poll brought.
 *
 * @param records whole records from position 0, in native byte order
 * @param length bytes of records
 * @param signal the signal that asks us to end, 0 = none
 * @param readerGone nobody reads our output any more
 * @param targetsGone the last traced process has ended
 * @param input stdin can be read, or has ended
 */
public record EventBatch(
        ByteBuffer records, int length, int signal, boolean readerGone, boolean targetsGone, boolean input) {}
