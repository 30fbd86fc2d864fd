package accept4trace.capture.jna;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import accept4trace.capture.CallFilter;
import accept4trace.capture.CallFilter.CallerFilter;
import accept4trace.capture.NativeLayout.Filter;
import accept4trace.capture.NativeLayout.FilterBit;
import com.sun.jna.Memory;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class FilterMemoryTest {
    private static final int OFFSET = 16;

    /** Each character of a name is one byte that the user typed, in no particular encoding. */
    @Test
    void writesANameByteByByte() {
        CallFilter none = CallFilter.NONE;
        CallFilter filter = new CallFilter(
                none.calls(),
                new CallerFilter(null, "caf\u00c3\u00a9\u00ff", null),
                none.listener(),
                none.peers(),
                none.statuses(),
                0,
                0);
        Memory memory = new Memory(OFFSET + Filter.BYTES);
        memory.clear();
        FilterMemory.write(filter, memory, OFFSET);
        byte[] expected = {'c', 'a', 'f', (byte) 0xc3, (byte) 0xa9, (byte) 0xff};
        assertArrayEquals(
                Arrays.copyOf(expected, Filter.COMM_BYTES),
                memory.getByteArray(OFFSET + Filter.COMM, Filter.COMM_BYTES));
        assertEquals(FilterBit.COMM_IS, memory.getInt(OFFSET + Filter.SET));
    }
}
