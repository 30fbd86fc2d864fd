package accept4trace.recording;

import accept4trace.event.TriggerEvent;
import accept4trace.outcome.Notice;
import accept4trace.outcome.Notice.Kind;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The format of a recording. All fixed numbers are little-endian.
 *
 * <pre>
 * recording: MAGIC (8 bytes), version (u32), blocks
 * block:     length of the content (u32), number of the block (u32), content, CRC-32C of all these (u32)
 * content:   block 0 is a {@link Header}; the others consist of items
 * item:      type (1 byte), length (number), value
 * number:    unsigned, seven bits per byte, the lowest first; the highest bit says that another byte follows
 * signed:    a number: 0, -1, 1, -2, 2, ... are 0, 1, 2, 3, 4, ...
 * bytes:     a number n, then n - 1 bytes; n = 0 means null
 * </pre>
 *
 * A block can be decoded without the blocks before it. But items that describe the machine (answers, the offset of the
 * clock, counters) remain valid in later blocks, which do not repeat them. An answer is the result of a lookup that the
 * tool made, e.g. of the path of a cgroup; see {@link Question}. A reader skips items of an unknown type, so new types
 * do not need a new version. The version changes if an existing type changes its meaning.
 *
 * <p>The items are in the order in which the tool has seen them. Each poll of the ring buffer begins with {@link
 * #POLL}. Answers come before the first record that needs them, and are valid until the next answer to the same
 * question.
 */
final class RecordingFormat {
    /**
     * No text in ASCII or UTF-8 begins with the first byte of this magic number. The magic number contains line ends,
     * so that a transfer that changes line ends is noticed.
     */
    static final byte[] MAGIC = "\u0089A4T\r\n\u001a\n".getBytes(StandardCharsets.ISO_8859_1);

    static final int VERSION = 1;

    /** The content of a block is written when it has this length, in bytes, or after a second. */
    static final int BLOCK_BYTES = 64 * 1024;
    /** The maximum length of the content of a block, in bytes. */
    static final int MAX_BLOCK_BYTES = 4 << 20;
    /** The maximum length of an item, in bytes. */
    static final int MAX_ITEM_BYTES = 1 << 20;
    /** The maximum number of notices from before the first poll. */
    static final int MAX_NOTICES = 100;
    /** The maximum of CLOCK_MONOTONIC, in ns: about 73 years. Sums of two such times do not overflow. */
    static final long MAX_TIME_NS = Long.MAX_VALUE / 4;

    /** The return of a poll: CLOCK_MONOTONIC in ns, signed, minus that of the previous poll in the same block. */
    static final int POLL = 1;
    /** A record of the ring buffer: its size (number), then the record as written by {@link Packing}. */
    static final int RECORD = 2;
    /** The counters in {@link accept4trace.event.Losses} and then those in its record Skipped, all numbers. */
    static final int LOSSES = 3;
    /** The answer to a question: the question (bytes, of which the first is its kind), then the answer (bytes). */
    static final int ANSWER = 4;
    /* 5 was a notice whose kind was unknown. */
    /** CLOCK_REALTIME minus CLOCK_MONOTONIC in ns, signed. */
    static final int OFFSET = 6;
    /** See {@link SnapshotItem}. */
    static final int SNAPSHOT = 7;
    /** Why the hooks do not run at the moment, in UTF-8; empty if they run. */
    static final int SILENCED = 8;
    /** The reason why no call was seen, in UTF-8; empty if it is unknown. */
    static final int HINT = 9;
    /** The end of the trace: CLOCK_MONOTONIC in ns, signed. Always the last item. */
    static final int END = 10;

    /**
     * A trigger of --trigger, i.e. a {@link TriggerEvent}: condition and description (bytes, in UTF-8), its time, the
     * kept time and the wanted time (ns, numbers). The items after this one begin some time before the trigger. Some
     * time may be missing between the items before this one and those after it: see {@link #SKIPPED}. At most one item
     * of this type comes before the first poll.
     */
    static final int TRIGGER = 11;
    /** A notice that does not follow from other items: the index of its kind (1 byte), then UTF-8. */
    static final int NOTICE = 12;

    /** The length of a period that was not recorded because no trigger was near: ns (number). */
    static final int SKIPPED = 13;

    static final List<Notice.Kind> NOTICE_KINDS = List.of(Kind.NOTE, Kind.HINT, Kind.ALERT, Kind.REMEDY);

    private RecordingFormat() {}
}
