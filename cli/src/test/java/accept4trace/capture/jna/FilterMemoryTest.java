package accept4trace.capture.jna;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import accept4trace.capture.CallFilter;
import accept4trace.capture.CallFilter.CallerFilter;
import accept4trace.capture.NativeLayout.Comm;
import accept4trace.capture.NativeLayout.Filter;
import com.sun.jna.Memory;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class FilterMemoryTest {
    private static final int OFFSET = 16;

    /** Each character of a name is one byte that the user typed, in no particular encoding. */
    @Test
    void writesNamesByteByByte() {
        CallFilter none = CallFilter.NONE;
        CallFilter filter = new CallFilter(
                none.calls(),
                new CallerFilter(null, List.of("caf\u00c3\u00a9\u00ff", "0123456789abcdefg"), null),
                none.listener(),
                none.peers(),
                none.statuses(),
                0,
                0);
        Memory memory = new Memory(OFFSET + Filter.BYTES);
        memory.clear();
        FilterMemory.write(filter, memory, OFFSET);
        byte[] expected = {'c', 'a', 'f', (byte) 0xc3, (byte) 0xa9, (byte) 0xff};
        int first = OFFSET + Filter.COMMS;
        assertArrayEquals(
                Arrays.copyOf(expected, Comm.NAME_BYTES), memory.getByteArray(first + Comm.NAME, Comm.NAME_BYTES));
        assertEquals("ff".repeat(7) + "00".repeat(9), mask(memory, first));
        int second = first + Comm.BYTES;
        assertEquals("0123456789abcde", memory.getString(second + Comm.NAME));
        assertEquals("ff".repeat(16), mask(memory, second));
        assertEquals(2, memory.getInt(OFFSET + Filter.COMM_COUNT));
        assertEquals(0, memory.getInt(OFFSET + Filter.SET));
    }

    private static String mask(Memory memory, int at) {
        return HexFormat.of().formatHex(memory.getByteArray(at + Comm.MASK, Comm.MASK_BYTES));
    }
}
