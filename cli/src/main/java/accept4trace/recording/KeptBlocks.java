package accept4trace.recording;

import accept4trace.bounded.BoundedMap;
import accept4trace.event.TriggerEvent;
import accept4trace.text.Text;
import accept4trace.trigger.Flight;
import accept4trace.trigger.History;
import accept4trace.trigger.Store;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the latest blocks of a recording in memory until a trigger opens a window, i.e. the period around the trigger
 * for which blocks are written to the file. The file begins with the first window. If later blocks need an item of an
 * evicted block, e.g. the result of a lookup, that item is kept separately.
 */
final class KeptBlocks implements Store {
    /**
     * More than a recorder remembers, because kept blocks can need an answer that the recorder has forgotten meanwhile.
     */
    private static final int MAX_ANSWERS = 2 * Recorder.MAX_ANSWERS;

    private final Flight flight;
    private final Recorder recorder;
    private final BlockWriter blocks;
    private final History history;
    private final ByteWriter value = new ByteWriter();
    private final Map<ByteBuffer, Answer> answers = new BoundedMap<>(MAX_ANSWERS) {
        private static final long serialVersionUID = 1;

        /** The recorder must record the answer again if it is needed. */
        @Override
        protected void evicted(Answer oldest) {
            recorder.forget(oldest.question());
        }
    };
    private final List<byte[]> notices = new ArrayList<>();
    /** The snapshots taken when tracing had stopped. Reports need them for the state at the end. */
    private final List<byte[]> lastSnapshots = new ArrayList<>();
    /** By type of item: the latest value, for types whose value remains valid until the next one. */
    private final Map<Integer, byte[]> states = new TreeMap<>();

    private boolean begun;
    private boolean writing;
    /** The time of the last poll that was written. */
    private long writtenNs;

    private record Answer(ByteBuffer question, byte @Nullable [] answer) {}

    /** {@code blocks}: writes the blocks of {@code recorder}. */
    KeptBlocks(Flight flight, Recorder recorder, BlockWriter blocks) {
        this.flight = flight;
        this.recorder = recorder;
        this.blocks = blocks;
        this.history = new History(flight.settings().historyBytes(), (atNs, bytes, length) -> absorb(bytes, length));
    }

    @Override
    public void begin(long nowNs) {
        history.forget(nowNs);
    }

    /** Returns {@code out} itself, because the recorder does not append to it: only this class does. */
    @Override
    public Text target(Text out) {
        return out;
    }

    @Override
    public void added(Text out, long atNs) {}

    /**
     * Ends a block: writes it if a window is open, otherwise keeps it. {@code atNs}: the time of the last poll in the
     * block.
     */
    void end(Text out, long atNs) {
        if (writing) {
            writtenNs = atNs;
            blocks.end(out);
            return;
        }
        if (flight.isDone()) {
            absorb(blocks.content(), blocks.length());
        } else if (!blocks.isEmpty()) {
            history.add(atNs, blocks.content(), 0, blocks.length());
        }
        blocks.clear();
    }

    @Override
    public void open(Text out, TriggerEvent event) {
        recorder.endBlock(out);
        long keptNs = event.atNs() - history.forgottenNs();
        history.evictBefore(event.atNs() - event.wantedNs());
        writeStart(out, history.forgottenNs());
        blocks.item(RecordingFormat.TRIGGER, trigger(event.withKept(keptNs)));
        blocks.end(out);
        history.drain((atNs, bytes, length) -> blocks.write(out, bytes, length));
        writing = true;
    }

    private ByteWriter trigger(TriggerEvent event) {
        value.clear();
        return value.text(event.condition())
                .text(event.what())
                .number(event.atNs())
                .number(event.keptNs())
                .number(event.wantedNs());
    }

    @Override
    public void close(Text out) {
        recorder.endBlock(out);
        writing = false;
        history.forget(flight.untilNs());
    }

    /**
     * Called when the trace ends, before the last item is added. If no window is open, writes what the kept blocks
     * contain apart from events, and makes {@link #end} write the last item, too.
     */
    void finish(Text out, long atNs) {
        if (!writing) {
            recorder.endBlock(out);
            history.evictBefore(Long.MAX_VALUE);
            writeStart(out, atNs);
            lastSnapshots.forEach(snapshot -> write(out, RecordingFormat.SNAPSHOT, snapshot));
            writing = true;
        }
    }

    /**
     * Writes the header, or how much time was skipped since the last window. Then writes the items of evicted blocks
     * that later blocks need.
     */
    private void writeStart(Text out, long startNs) {
        if (!begun) {
            begun = true;
            recorder.header().set(Header.START, Long.toString(startNs));
            blocks.begin(out, recorder.header().toBytes());
        } else if (startNs > writtenNs) {
            value.clear();
            blocks.item(RecordingFormat.SKIPPED, value.number(startNs - writtenNs));
        }
        notices.forEach(notice -> write(out, RecordingFormat.NOTICE, notice));
        notices.clear();
        states.forEach((type, state) -> write(out, type, state));
        states.clear();
        for (Answer answer : answers.values()) {
            value.clear();
            value.optional(answer.question().array()).optional(answer.answer());
            write(out, RecordingFormat.ANSWER, value.toBytes());
        }
        answers.clear();
    }

    private void write(Text out, int type, byte[] item) {
        blocks.item(type, item);
        if (blocks.length() >= RecordingFormat.BLOCK_BYTES) {
            blocks.end(out);
        }
    }

    /** Keeps the items of an evicted block that later blocks need. */
    private void absorb(byte[] bytes, int length) {
        ByteReader in = new ByteReader(bytes, 0, length);
        try {
            while (in.hasMore()) {
                int type = in.next();
                int size = in.length();
                absorb(type, new ByteReader(bytes, in.at(), in.at() + size));
                in.goTo(in.at() + size);
            }
        } catch (DamagedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Readers reject a recording that begins with too many notices. */
    private void absorbNotice(ByteReader item) throws DamagedException {
        if (notices.size() < RecordingFormat.MAX_NOTICES) {
            notices.add(item.take(item.end() - item.at()));
        }
    }

    /** The next snapshot replaces this one, unless the trace is over. */
    private void absorbSnapshot(byte[] snapshot) {
        if (SnapshotItem.isLast(snapshot)) {
            lastSnapshots.add(snapshot);
        }
    }

    private void absorb(int type, ByteReader item) throws DamagedException {
        switch (type) {
            case RecordingFormat.ANSWER -> {
                ByteBuffer question = ByteBuffer.wrap(Objects.requireNonNull(item.optional()));
                answers.put(question, new Answer(question, item.optional()));
            }
            case RecordingFormat.NOTICE -> absorbNotice(item);
            case RecordingFormat.SNAPSHOT -> absorbSnapshot(item.take(item.end() - item.at()));
            case RecordingFormat.LOSSES, RecordingFormat.OFFSET, RecordingFormat.SILENCED, RecordingFormat.HINT ->
                states.put(type, item.take(item.end() - item.at()));
            default -> {
                // Later blocks do not need events.
            }
        }
    }
}
