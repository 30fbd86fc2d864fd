package accept4trace.recording;

import accept4trace.capture.CallFilter;
import accept4trace.capture.EventSource;
import accept4trace.capture.Snapshots;
import accept4trace.diagnose.ServerFacts;
import accept4trace.event.Coverage;
import accept4trace.event.FamilyCoverage;
import accept4trace.event.Losses;
import accept4trace.event.TriggerEvent;
import accept4trace.format.ProcessDetails;
import accept4trace.outcome.Notice;
import accept4trace.queue.ListenerHolders;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A recording that is played back. Its clock is that of the recorded machine, and advances only while {@link #source}
 * is polled. All other methods return the state at that time.
 */
public final class Recording implements AutoCloseable {
    private static final byte[] NOTHING = {};
    /** In a recording of windows (--trigger), notices of evicted blocks also come before the first poll. */
    private static final int MAX_NOTICES = 2 * RecordingFormat.MAX_NOTICES;

    private final InputStream in;
    private final BlockReader blocks;
    private final Header header;
    private final Packing packing = new Packing();
    private final AnswerBook answers = new AnswerBook();
    private final PlayedSnapshots snapshots = new PlayedSnapshots();
    private final List<Notice> notices = new ArrayList<>();

    private ByteReader block = new ByteReader(NOTHING);
    private @Nullable Item next;
    private long previousPollNs;
    private long nowNs;
    private long skippedNs;
    private long offsetNs;
    private Losses losses = Losses.NONE;
    private String silenced = "";
    private @Nullable String hint;
    /** Null until {@link #source} is called, which is before the first poll. */
    private @Nullable Consumer<Notice> notice;

    /** The trigger of the window that begins now; null if it was taken, or if no window begins. */
    private @Nullable TriggerEvent trigger;

    private boolean complete;
    private String failure = "";

    /** An item that is not handled yet. {@code pollNs}: the time of a poll or of the end; 0 for other items. */
    record Item(int type, ByteReader value, long pollNs) {}

    private Recording(InputStream in) throws RecordingException {
        this.in = in;
        this.blocks = new BlockReader(in);
        blocks.begin();
        this.header = Header.read(blocks.header());
        this.nowNs = header.number(Header.START);
        this.offsetNs = header.number(Header.OFFSET);
        snapshots.includeThreads(header.is(Header.THREADS));
        /* Items before the first poll describe the trace, so they must be known before it is played. */
        for (Item item = peek(); item != null && isState(item); item = peek()) {
            apply();
        }
    }

    /** Reads the header. The recording owns the stream. */
    public static Recording open(InputStream in) throws RecordingException {
        return new Recording(in);
    }

    public Header header() {
        return header;
    }

    /** Returns the notices from before the first poll. */
    public List<Notice> notices() {
        return List.copyOf(notices);
    }

    /** Returns CLOCK_MONOTONIC of the recorded machine. */
    public long nowNs() {
        return nowNs;
    }

    void setNowNs(long ns) {
        nowNs = ns;
    }

    /** Returns how much of the time until now was not recorded. */
    long skippedNs() {
        return skippedNs;
    }

    /** Returns CLOCK_REALTIME minus CLOCK_MONOTONIC of the recorded machine. */
    public long epochOffset() {
        return offsetNs;
    }

    Losses losses() {
        return losses;
    }

    String silenced() {
        return silenced;
    }

    /** Returns why no call was seen; null if that was not known yet, or did not matter. */
    public @Nullable String silenceHint() {
        return hint;
    }

    /** Returns which refused connections were seen. */
    public FamilyCoverage refusals() {
        return new FamilyCoverage(coverage(Header.REFUSALS), coverage(Header.UNIX_REFUSALS));
    }

    /** Returns which resets by closed listeners were seen. */
    public FamilyCoverage closings() {
        return new FamilyCoverage(coverage(Header.CLOSINGS), coverage(Header.UNIX_CLOSINGS));
    }

    private Coverage coverage(String entry) {
        String name = header.get(entry);
        return Arrays.stream(Coverage.values())
                .filter(coverage -> Header.word(coverage).equals(name))
                .findFirst()
                .orElse(Coverage.NONE);
    }

    boolean isTarget(int tgid) {
        return snapshots.isTarget(tgid);
    }

    public Snapshots snapshots() {
        return snapshots;
    }

    /** Runs {@code action} whenever a snapshot of accept queues becomes available, except for the last one. */
    public void whenSnapshot(Runnable action) {
        snapshots.whenTaken(action);
    }

    /** Returns whether playback has reached the snapshot that was taken after the trace. */
    public boolean hasLastSnapshot() {
        return snapshots.hasLast();
    }

    /** Returns the recorded details. {@code withNames}: whether to return host names. */
    public ProcessDetails details(boolean withNames) {
        return new PlayedDetails(answers, withNames);
    }

    public ServerFacts facts() {
        return new PlayedFacts(answers);
    }

    /**
     * Returns who held the listeners that refused packets; null if it does not matter, because packets to every
     * listener were recorded.
     */
    public @Nullable ListenerHolders holders() {
        return header.is(Header.ANY_LISTENER) ? null : new PlayedHolders(answers);
    }

    /**
     * Returns who held the listeners that refused AF_UNIX clients; null if it does not matter, because clients of every
     * listener were recorded, and the kernel identified the listeners.
     */
    public @Nullable ListenerHolders holdersOfUnix() {
        return header.is(Header.ANY_LISTENER) && refusals().unix() != Coverage.SOME ? null : new PlayedHolders(answers);
    }

    /**
     * Returns the recorded events.
     *
     * @param filter selects calls
     * @param notice receives further notices, and why the recording is incomplete
     */
    public EventSource source(CallFilter filter, Consumer<Notice> notice) {
        this.notice = notice;
        return new PlayedSource(this, filter, notice);
    }

    /** Returns why the rest of the recording is not read; empty if there is no rest. */
    public String failure() {
        return failure;
    }

    /** Returns whether an item changes the state, i.e. is not an event, a poll, a skipped period or the end. */
    static boolean isState(Item item) {
        return item.type() != RecordingFormat.POLL
                && item.type() != RecordingFormat.SKIPPED
                && item.type() != RecordingFormat.RECORD
                && item.type() != RecordingFormat.END;
    }

    /** Returns the next item; null at the end of the file, and at the first damaged block. */
    @Nullable
    Item peek() {
        if (next == null && failure.isEmpty() && !complete) {
            try {
                next = read();
            } catch (DamagedException e) {
                damaged();
            }
        }
        return next;
    }

    private @Nullable Item read() throws DamagedException {
        while (!block.hasMore()) {
            byte[] content = blocks.next();
            if (content == null) {
                failure = blocks.failure().isEmpty() ? "its end is missing" : blocks.failure();
                return null;
            }
            block = new ByteReader(content);
            packing.reset();
            previousPollNs = 0;
        }
        int type = block.next();
        int length = block.length();
        if (length > RecordingFormat.MAX_ITEM_BYTES) {
            throw new DamagedException();
        }
        ByteReader value = new ByteReader(block.bytes(), block.at(), block.at() + length);
        block.goTo(block.at() + length);
        if (type == RecordingFormat.POLL) {
            previousPollNs = time(previousPollNs + value.signed());
            return new Item(type, value, previousPollNs);
        }
        return new Item(type, value, type == RecordingFormat.END ? time(value.signed()) : 0);
    }

    private static long time(long ns) throws DamagedException {
        if (ns < 0 || ns > RecordingFormat.MAX_TIME_NS) {
            throw new DamagedException();
        }
        return ns;
    }

    /** Returns the type of the item after {@link #peek}; negative if the block has no further item. */
    int typeAfter() {
        return block.hasMore() ? Byte.toUnsignedInt(block.bytes()[block.at()]) : -1;
    }

    boolean hasTrigger() {
        return trigger != null;
    }

    /** Returns the trigger of the window that begins now, once; null if no window begins. */
    @Nullable
    TriggerEvent takeTrigger() {
        TriggerEvent taken = trigger;
        trigger = null;
        return taken;
    }

    /** Goes to the item after {@link #peek}. */
    void skip() {
        next = null;
    }

    /** Unpacks the record of an item. The result is valid until the next record. */
    byte[] record(Item item) throws DamagedException {
        return packing.unpack(item.value(), item.value().number(RecordingFormat.MAX_ITEM_BYTES));
    }

    void end(long ns) {
        nowNs = ns;
        complete = true;
        if (block.hasMore() || !blocks.isAtEnd()) {
            failure = "more data follows";
        }
    }

    void damaged() {
        failure = "a block is damaged";
    }

    /** Changes the state according to the next item. */
    void apply() {
        Item item = next;
        next = null;
        try {
            if (item != null) {
                apply(item.type(), item.value());
            }
        } catch (DamagedException e) {
            damaged();
        }
    }

    private void apply(int type, ByteReader value) throws DamagedException {
        switch (type) {
            case RecordingFormat.LOSSES ->
                losses = new Losses(value.number(), value.number(), value.number(), skipped(value));
            case RecordingFormat.ANSWER -> answers.add(value);
            case RecordingFormat.NOTICE -> notice(value);
            case RecordingFormat.OFFSET -> offsetNs = value.signed();
            case RecordingFormat.SNAPSHOT -> snapshots.add(new SnapshotItem(value));
            case RecordingFormat.SILENCED -> silenced = text(value);
            case RecordingFormat.HINT -> hint = text(value);
            case RecordingFormat.TRIGGER -> trigger(value);
            case RecordingFormat.SKIPPED -> {
                long ns = time(value.number());
                nowNs = time(nowNs + ns);
                skippedNs += ns;
            }
            default -> {
                // A type of a later version.
            }
        }
    }

    private void notice(ByteReader value) throws DamagedException {
        int kind = value.next();
        String text = text(value);
        if (kind < RecordingFormat.NOTICE_KINDS.size()) {
            print(new Notice(RecordingFormat.NOTICE_KINDS.get(kind), text));
        }
    }

    private void trigger(ByteReader value) throws DamagedException {
        String condition = printable(value.optional());
        String what = printable(value.optional());
        TriggerEvent event =
                new TriggerEvent(condition, what, time(value.number()), time(value.number()), time(value.number()));
        if (trigger != null) {
            throw new DamagedException();
        }
        trigger = event;
    }

    private void print(Notice line) throws DamagedException {
        if (notice != null) {
            notice.accept(line);
        } else if (notices.size() < MAX_NOTICES) {
            notices.add(line);
        } else {
            throw new DamagedException();
        }
    }

    private static Losses.Skipped skipped(ByteReader value) throws DamagedException {
        return new Losses.Skipped(
                value.number(), value.number(), value.number(), value.number(), value.number(), value.number());
    }

    private static String text(ByteReader value) throws DamagedException {
        return printable(value.take(value.end() - value.at()));
    }

    private static String printable(byte @Nullable [] text) throws DamagedException {
        if (text == null || text.length > RecordingFormat.BLOCK_BYTES) {
            throw new DamagedException();
        }
        return ByteReader.printable(text);
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
