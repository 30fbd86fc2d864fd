package accept4trace.trigger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HistoryTest {
    private static final int BYTES = 256 * 1024;
    private static final int HEAD = 12;

    private final List<String> evicted = new ArrayList<>();
    private final History history = new History(BYTES, (atNs, bytes, length) -> evicted.add(text(atNs, bytes, length)));

    private static String text(long atNs, byte[] bytes, int length) {
        return atNs + ":" + length + ":" + Arrays.hashCode(Arrays.copyOf(bytes, length));
    }

    private List<String> drained() {
        List<String> entries = new ArrayList<>();
        history.drain((atNs, bytes, length) -> entries.add(text(atNs, bytes, length)));
        return entries;
    }

    /** Entries of random lengths are compared with those of a simple queue of the same size. */
    @Test
    void keepsTheLatestEntriesThatFit() {
        Random random = new Random(1);
        Deque<byte[]> expected = new ArrayDeque<>();
        int used = 0;
        for (long i = 0; i < 5000; i++) {
            byte[] bytes = new byte[random.nextInt(9) == 0 ? random.nextInt(90_000) : random.nextInt(300)];
            random.nextBytes(bytes);
            history.add(i, bytes, 0, bytes.length);
            expected.add(bytes);
            used += HEAD + bytes.length;
            while (used > BYTES) {
                used -= HEAD + expected.remove().length;
            }
        }
        long first = 5000L - expected.size();
        assertEquals(first - 1, history.forgottenNs());
        List<String> kept = new ArrayList<>();
        for (byte[] bytes : expected) {
            kept.add(text(first + kept.size(), bytes, bytes.length));
        }
        assertEquals(kept, drained());
        assertEquals(first, evicted.size());
        assertEquals(List.of(), drained());
    }

    @Test
    void entryThatDoesNotFitIsEvictedAtOnce() {
        history.add(1, new byte[10], 0, 10);
        history.add(2, new byte[BYTES], 0, BYTES);
        assertEquals(2, evicted.size());
        assertEquals(2, history.forgottenNs());
        assertEquals(List.of(), drained());
    }

    @Test
    void oldEntriesAreEvicted() {
        for (int i = 1; i <= 5; i++) {
            history.add(i, new byte[] {0, (byte) i}, 1, 1);
        }
        history.evictBefore(3);
        assertEquals(2, history.forgottenNs());
        assertEquals(3, drained().size());
        history.forget(100);
        assertEquals(100, history.forgottenNs());
    }

    /**
     * A history consists of segments of equal size. A maximum size that is not a multiple of a segment is rounded down.
     */
    @Test
    void boundIsNeverExceeded() {
        History odd = new History(BYTES + 1000, (atNs, bytes, length) -> {});
        int[] bytes = {0};
        for (int i = 0; i < 10_000; i++) {
            odd.add(i, new byte[100], 0, 100);
        }
        odd.drain((atNs, entry, length) -> bytes[0] += HEAD + length);
        assertTrue(bytes[0] <= BYTES, "" + bytes[0]);
        assertTrue(bytes[0] > BYTES - 200, "" + bytes[0]);
    }
}
