package accept4trace.recording;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PackingTest {
    private static final int SIZE = 456;
    private static final int KINDS = 4;
    private static final int ROUNDS = 1000;

    private final Packing packing = new Packing();
    private final Packing unpacking = new Packing();
    private final Random random = new Random(1);

    private byte[] randomBytes(int size) {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        return bytes;
    }

    private byte[] pack(byte[] record) {
        ByteWriter packed = new ByteWriter();
        packing.pack(packed, ByteBuffer.wrap(record), 0, record.length);
        return packed.toBytes();
    }

    /** Returns the length of the packed record, which must be restored when it is unpacked. */
    private int length(byte[] record) throws DamagedException {
        byte[] packed = pack(record);
        assertArrayEquals(record, unpacking.unpack(new ByteReader(packed), record.length));
        return packed.length;
    }

    /** Records have few random bytes in common with those of another kind, and many with those of the same kind. */
    @Test
    void alternatingKindsTakeFewBytes() throws DamagedException {
        byte[][] kinds = new byte[KINDS][];
        Arrays.setAll(kinds, kind -> randomBytes(SIZE));
        int total = 0;
        for (int i = 0; i < ROUNDS; i++) {
            byte[] record = kinds[random.nextInt(KINDS)];
            System.arraycopy(randomBytes(Long.BYTES), 0, record, SIZE / 2, Long.BYTES);
            total += length(record);
        }
        int each = total / ROUNDS;
        assertTrue(each < 20, () -> each + " bytes a record");
    }

    @Test
    void identicalRecordTakesAByte() throws DamagedException {
        byte[] record = randomBytes(SIZE);
        length(record.clone());
        assertTrue(length(record) == 1);
    }

    @Test
    void longRecordsAndManySizesAreRestored() throws DamagedException {
        for (int size = 0; size < 100; size++) {
            length(randomBytes(size));
            length(randomBytes(20_000 + size));
        }
        byte[] repeated = randomBytes(20_000);
        assertTrue(length(repeated) >= repeated.length);
        assertTrue(length(repeated) >= repeated.length);
    }

    @Test
    void unknownPlaceIsRefused() {
        for (int places : new int[] {KeptRecords.PLACES, KeptRecords.PLACES << 4}) {
            ByteReader in = new ByteReader(new byte[] {(byte) places});
            assertThrows(DamagedException.class, () -> unpacking.unpack(in, SIZE));
        }
    }

    @Test
    void blockBeginsWithoutRecords() {
        byte[] record = randomBytes(SIZE);
        byte[] first = pack(record);
        packing.reset();
        assertArrayEquals(first, pack(record));
    }
}
