package accept4trace.event;

import static accept4trace.event.EventLayout.*;
import static accept4trace.event.EventLayout.Event.*;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Records with arbitrary content, for fuzzers. Only fields that traced processes cannot choose are made valid. */
public final class AnyRecords {
    private static final int[] TYPES = {Type.ACCEPT4, Type.EXIT, Type.RELATED, Type.CLOSED, Type.GAVE_UP};
    private static final int SHORT_STACK = 64;
    private static final int[] SIZES = {
        Event.BYTES, LongEvent.BYTES, EventWithStack.BYTES, EventWithStack.STACK + Stack.MEMORY + SHORT_STACK
    };
    /** About 36 years of uptime. */
    private static final long MAX_NS = (1L << 60) - 1;

    private AnyRecords() {}

    /** Splits the input into records. The last one is padded with zeros. */
    public static List<ByteBuffer> in(byte[] input) {
        List<ByteBuffer> records = new ArrayList<>();
        for (int at = 0;
                at < input.length;
                at += records.get(records.size() - 1).capacity()) {
            records.add(record(Arrays.copyOfRange(input, at, at + EventWithStack.BYTES)));
        }
        return records;
    }

    private static ByteBuffer record(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
        int claimed = Short.toUnsignedInt(buffer.getShort(SIZE));
        int size = Arrays.stream(SIZES).anyMatch(known -> known == claimed) ? claimed : SIZES[claimed % SIZES.length];
        ByteBuffer record = ByteBuffer.wrap(Arrays.copyOf(bytes, size)).order(ByteOrder.nativeOrder());
        record.putShort(SIZE, (short) size);
        repairKind(record);
        repairNumbers(record);
        repairTimes(record);
        return record;
    }

    private static void repairKind(ByteBuffer record) {
        int type = TYPES[Math.floorMod(record.getShort(TYPE) - TYPES[0], TYPES.length)];
        int first = type == Type.RELATED ? FIRST_RELATED : 0;
        int calls = type == Type.RELATED ? Syscall.COUNT - FIRST_RELATED : FIRST_RELATED;
        int syscall = first + Math.floorMod(record.getShort(SYSCALL) - first, calls);
        record.putShort(TYPE, (short) type).putShort(SYSCALL, (short) syscall);
        if (type == Type.CLOSED || type == Type.GAVE_UP) {
            record.putInt(FLAGS, record.getInt(FLAGS) | Flag.HAS_LISTENER);
        }
    }

    /** Corrects numbers that the kernel assigns, e.g. inodes. */
    private static void repairNumbers(ByteBuffer record) {
        for (int field : new int[] {LISTENER + Socket.INODE, ACCEPTED + Socket.INODE, PEER_INODE, CGROUP}) {
            record.putLong(field, record.getLong(field) & Long.MAX_VALUE);
        }
        for (int field : new int[] {TGID, TID, PEER_PID, READY}) {
            record.putInt(field, record.getInt(field) & Integer.MAX_VALUE);
        }
    }

    /** Corrects times, so that all are in the range of the clock, and no call ends before it begins. */
    private static void repairTimes(ByteBuffer record) {
        for (int field : new int[] {ENTER_NS, EXIT_NS, ACCEPTED_NS, WAIT_NS}) {
            record.putLong(field, record.getLong(field) & MAX_NS);
        }
        record.putLong(EXIT_NS, Math.max(record.getLong(ENTER_NS), record.getLong(EXIT_NS)));
    }
}
