package accept4trace.recording;

import accept4trace.capture.CallFilter;
import accept4trace.capture.EventBatch;
import accept4trace.capture.EventSource;
import accept4trace.capture.Probe;
import accept4trace.event.AddressFamily;
import accept4trace.event.Call;
import accept4trace.event.Closing;
import accept4trace.event.EventDecoder;
import accept4trace.event.EventLayout;
import accept4trace.event.EventLayout.Event;
import accept4trace.event.EventLayout.EventWithStack;
import accept4trace.event.EventLayout.Syscall;
import accept4trace.event.FamilyCoverage;
import accept4trace.event.GivenUp;
import accept4trace.event.Losses;
import accept4trace.event.Refusal;
import accept4trace.event.TriggerEvent;
import accept4trace.event.UnixRefusal;
import accept4trace.outcome.Notice;
import accept4trace.recording.Recording.Item;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The events of a recording. A poll returns what the recorded poll returned, but does not wait. */
final class PlayedSource implements EventSource {
    /**
     * The size of a batch in a live trace. A session checks whether a batch is nearly full, and must get the same
     * result.
     */
    private static final int BATCH_BYTES = 128 * 1024;
    /** A recorded poll without events may have returned this much later than its timeout, e.g. on a busy machine. */
    private static final long LATE_NS = 50_000_000;

    private static final long MILLI_NS = 1_000_000;
    /**
     * A session polls at least once a second. If recorded polls are further apart than {@code MAX_GAP_NS}, the
     * recording tool was suspended. Playback then skips this time as well. Otherwise, a poll whose timeout ends before
     * the next recorded poll returns an empty batch. The skipping bounds the number of these empty batches.
     */
    private static final long MAX_GAP_NS = 10_000 * MILLI_NS;

    private final Recording recording;
    private final CallSelection selection;
    /** Whether there is a filter for holders of listeners. */
    private final boolean holderFiltered;

    /** Whether closed listeners cannot be matched with the filter. */
    private final boolean hidesClosings;

    private final Consumer<Notice> notice;
    private final ByteBuffer batch = ByteBuffer.allocate(BATCH_BYTES).order(ByteOrder.nativeOrder());
    /** Whether the current batch belongs to a recorded poll that has begun. */
    private boolean inPoll;

    private boolean ended;

    PlayedSource(Recording recording, CallFilter filter, Consumer<Notice> notice) {
        this.recording = recording;
        this.selection = new CallSelection(filter, recording.details(false));
        this.holderFiltered = filter.hasHolder();
        this.hidesClosings =
                !filter.peers().isEmpty() || !filter.listener().fds().isEmpty();
        this.notice = notice;
    }

    @Override
    public @Nullable TriggerEvent takeTrigger() {
        return recording.takeTrigger();
    }

    @Override
    public EventBatch poll(int timeoutMs) {
        batch.clear();
        long untilNs = recording.nowNs() + timeoutMs * MILLI_NS;
        if (recording.hasTrigger()) {
            return batch(true);
        }
        while (!ended) {
            Item item = recording.peek();
            if (item == null || item.type() == RecordingFormat.END) {
                return end(item);
            }
            if (inPoll && (item.type() == RecordingFormat.POLL || item.type() == RecordingFormat.SKIPPED)) {
                inPoll = false;
                return batch(false);
            }
            if (item.type() == RecordingFormat.SKIPPED) {
                recording.apply();
                untilNs = recording.nowNs() + timeoutMs * MILLI_NS;
            } else if (item.type() == RecordingFormat.POLL) {
                if (item.pollNs() > untilNs + (isWithoutEvents() ? LATE_NS : 0)
                        && item.pollNs() - recording.nowNs() <= MAX_GAP_NS) {
                    recording.setNowNs(Math.max(recording.nowNs(), untilNs));
                    return batch(false);
                }
                recording.setNowNs(Math.max(recording.nowNs(), item.pollNs()));
                recording.skip();
                inPoll = true;
            } else if (item.type() == RecordingFormat.RECORD) {
                if (batch.remaining() < EventWithStack.BYTES) {
                    return batch(true);
                }
                add(item);
            } else if (batch.position() > 0) {
                /* The recorded session showed these records before it knew this item. */
                return batch(true);
            } else {
                recording.apply();
            }
            if (recording.hasTrigger()) {
                return batch(true);
            }
        }
        return batch(false);
    }

    private boolean isWithoutEvents() {
        return recording.typeAfter() != RecordingFormat.RECORD && recording.typeAfter() != RecordingFormat.ANSWER;
    }

    private EventBatch batch(boolean isPart) {
        return new EventBatch(batch, batch.position(), 0, false, ended, false, isPart);
    }

    /** {@code item}: null if the end is missing. */
    private EventBatch end(@Nullable Item item) {
        if (batch.position() > 0) {
            return batch(true);
        }
        ended = true;
        if (item != null) {
            recording.end(Math.max(recording.nowNs(), item.pollNs()));
        }
        if (!recording.failure().isEmpty()) {
            notice.accept(
                    Notice.alert((item == null ? "the recording is incomplete: " : "the recording has ended, but ")
                            + recording.failure()));
        }
        return batch(false);
    }

    private void add(Item item) {
        try {
            byte[] record = recording.record(item);
            recording.skip();
            if (record.length > batch.remaining()) {
                throw new DamagedException();
            }
            int at = batch.position();
            batch.put(record);
            if (!isValid(at, record.length)) {
                batch.position(at);
                throw new DamagedException();
            }
        } catch (DamagedException e) {
            recording.damaged();
            recording.skip();
        }
    }

    private boolean isValid(int at, int size) {
        try {
            return EventDecoder.sizeAt(batch, at, at + size) == size && hasValidType(at, size);
        } catch (IllegalStateException e) {
            return false;
        }
    }

    /**
     * Returns whether the record has the size, the system call and the listener that its type requires. Decoders rely
     * on these.
     */
    private boolean hasValidType(int at, int size) {
        int type = batch.getShort(at + Event.TYPE);
        if (type == EventLayout.Type.LISTENING) {
            return size == EventLayout.Refusal.BYTES;
        }
        if (type == EventLayout.Type.REFUSED) {
            return size == EventLayout.Refusal.BYTES && hasIpListener(at);
        }
        if (type == EventLayout.Type.UNIX_REFUSED || type == EventLayout.Type.UNIX_LISTENING) {
            return size == EventLayout.UnixRefusal.BYTES;
        }
        if (size == EventLayout.Refusal.BYTES || size == EventLayout.UnixRefusal.BYTES) {
            return false;
        }
        int syscall = Short.toUnsignedInt(batch.getShort(at + Event.SYSCALL));
        return switch (type) {
            case EventLayout.Type.ACCEPT4 -> syscall < EventLayout.FIRST_RELATED;
            case EventLayout.Type.RELATED -> syscall >= EventLayout.FIRST_RELATED && syscall < Syscall.COUNT;
            case EventLayout.Type.CLOSED, EventLayout.Type.GAVE_UP ->
                (batch.getInt(at + Event.FLAGS) & EventLayout.Flag.HAS_LISTENER) != 0;
            case EventLayout.Type.EXIT, EventLayout.Type.TURNED_AWAY -> true;
            default -> false;
        };
    }

    private boolean hasIpListener(int at) {
        short family = batch.getShort(at + EventLayout.Refusal.LISTENER + EventLayout.Socket.FAMILY);
        return AddressFamily.of(Short.toUnsignedInt(family)).isIp();
    }

    /** Ends the trace early if the recording has not ended. */
    @Override
    public void stop() {
        ended = true;
    }

    @Override
    public boolean selects(Call call) {
        return selection.test(call);
    }

    @Override
    public boolean selects(Closing closing) {
        return selection.test(closing);
    }

    @Override
    public boolean selects(GivenUp client) {
        return selection.test(client);
    }

    @Override
    public boolean selects(Refusal refusal) {
        return selection.test(refusal);
    }

    @Override
    public boolean selects(UnixRefusal refusal) {
        return selection.test(refusal);
    }

    /**
     * Returns NONE if there is a filter for holders of listeners, because a recording does not describe the holders.
     */
    @Override
    public FamilyCoverage refusals() {
        return holderFiltered ? FamilyCoverage.NONE : recording.refusals();
    }

    /**
     * Returns NONE if a filter needs what a recording does not have: the peers of the connections that were reset, or
     * the descriptor of the closed listener.
     */
    @Override
    public FamilyCoverage closings() {
        return hidesClosings ? FamilyCoverage.NONE : recording.closings();
    }

    @Override
    public Losses losses() {
        return recording.losses();
    }

    @Override
    public long skippedNs() {
        return recording.skippedNs();
    }

    @Override
    public String silenced() {
        return recording.silenced();
    }

    @Override
    public boolean isTarget(int tgid) {
        return recording.isTarget(tgid);
    }

    @Override
    public Probe probe() {
        return probe(recording.header());
    }

    private static Probe probe(Header header) {
        try {
            return Probe.valueOf(header.get(Header.PROBE).toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            return Probe.TRACEPOINT;
        }
    }

    @Override
    public boolean seesEveryAccept() {
        return recording.header().is(Header.SEES_EVERY_ACCEPT);
    }

    @Override
    public String hooksNote() {
        return recording.header().get(Header.HOOKS_NOTE);
    }

    @Override
    public void traceProcess(int tgid) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int spawn(int words, @Nullable String user, boolean killOnExit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void release() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void traceAll() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void findCallsInProgress() {}

    @Override
    public void confine() {}

    @Override
    public void close() {}
}
