package accept4trace.recording;

import accept4trace.bounded.BoundedMap;
import accept4trace.event.AcceptCall;
import accept4trace.event.AddressFamily;
import accept4trace.event.Call;
import accept4trace.event.Caller;
import accept4trace.event.Closing;
import accept4trace.event.EventDecoder;
import accept4trace.event.EventLayout.Event;
import accept4trace.event.EventLayout.EventWithStack;
import accept4trace.event.GivenUp;
import accept4trace.event.KernelSocket;
import accept4trace.event.ListenerFd;
import accept4trace.event.Losses;
import accept4trace.event.ProcessExit;
import accept4trace.event.RefusedAttempt;
import accept4trace.event.RelatedCall;
import accept4trace.format.EventFormatter;
import accept4trace.format.ProcessDetails;
import accept4trace.outcome.Notice;
import accept4trace.summary.Run;
import accept4trace.text.Text;
import accept4trace.text.Units;
import accept4trace.trigger.Flight;
import accept4trace.trigger.Store;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Writes a recording: see {@link RecordingFormat}. For each call, looks up every detail that any other format may show,
 * so that --read can use all formats. Only {@link #addLater} is thread-safe.
 */
public final class Recorder implements EventFormatter {
    /** The maximum number of remembered answers, which take about 250 bytes each. */
    static final int MAX_ANSWERS = 4096;
    /** A smaller change of the clock's offset is a measurement error: see {@link accept4trace.format.WallClock}. */
    private static final long STEP_NS = 1_000_000;

    /** Offset of sin6_scope_id in a struct sockaddr_in6, in bytes. */
    private static final int SCOPE = 24;

    private static final long OFFSET_INTERVAL_NS = 100_000_000;

    private final Header header;
    private final BlockWriter blocks = new BlockWriter();
    private final Packing packing = new Packing();
    private final ByteWriter value = new ByteWriter();
    private final ByteWriter pending = new ByteWriter();
    /**
     * FIFO, so that even an answer in constant use is forgotten, and then recorded again. Otherwise it would be missing
     * in readers, whose {@link AnswerBook} evicts the answers that were recorded first.
     */
    private final Map<ByteBuffer, byte[]> answers = new BoundedMap<>(MAX_ANSWERS, BoundedMap.Order.FIFO);
    /** Snapshots that other threads have added. */
    private final Queue<ByteWriter> later = new ConcurrentLinkedQueue<>();

    private @Nullable ProcessDetails details;
    private LongSupplier offset = () -> 0;

    private @Nullable ByteBuffer withoutStack;
    /** Null unless only windows around triggers are recorded. */
    private @Nullable KeptBlocks kept;

    private boolean begun;
    private boolean polled;
    private int earlyNotices;
    /** The time of the last poll in the block; 0 if there is none. */
    private long polledNs;
    /** The time of the last poll, in any block. */
    private long polledAtNs;

    private long blockNs;
    private long offsetNs;
    private long offsetReadNs;
    private Losses losses = Losses.NONE;

    /** {@code header}: entries can be added until the trace begins. */
    public Recorder(Header header) {
        this.header = header;
    }

    /**
     * From now on, records only windows of time around triggers. Returns the store that keeps blocks until a trigger
     * occurs.
     */
    public Store recordOnly(Flight flight) {
        KeptBlocks store = new KeptBlocks(flight, this, blocks);
        kept = store;
        return store;
    }

    public Header header() {
        return header;
    }

    /** Uses {@code wrapped} to look up the details of each call. Returns a wrapper that records each answer. */
    public ProcessDetails recording(ProcessDetails wrapped) {
        ProcessDetails recorded = new RecordedDetails(wrapped, this);
        details = recorded;
        return recorded;
    }

    /** Returns a wrapper that records each change of the clock offset. */
    public LongSupplier recordingOffset(LongSupplier wrapped) {
        offset = wrapped;
        return () -> updateOffset(wrapped.getAsLong());
    }

    private long updateOffset(long read) {
        if (offsetNs == 0 || Math.abs(read - offsetNs) >= STEP_NS) {
            offsetNs = read;
            value.clear();
            item(RecordingFormat.OFFSET, value.signed(read));
        }
        return offsetNs;
    }

    /** Records an answer unless the same question had the same answer before. */
    void answer(ByteBuffer question, byte @Nullable [] answer) {
        byte[] known = answers.get(question);
        if (known != null ? Arrays.equals(known, answer) : answer == null && answers.containsKey(question)) {
            return;
        }
        answers.put(question, answer);
        value.clear();
        byte[] asked = new byte[question.capacity()];
        question.get(0, asked);
        value.optional(asked).optional(answer);
        if (value.length() > RecordingFormat.MAX_ITEM_BYTES) {
            /* No answer, so that readers do not use the previous one. */
            value.clear();
            value.optional(asked).optional((byte[]) null);
        }
        item(RecordingFormat.ANSWER, value);
    }

    /** Forgets an answer, so that it is recorded again when it is next needed. */
    void forget(ByteBuffer question) {
        answers.remove(question);
    }

    /** Records counters if they have changed. */
    void add(Losses read) {
        addPending();
        if (!read.equals(losses)) {
            losses = read;
            value.clear();
            value.number(read.events())
                    .number(read.entries())
                    .number(read.children())
                    .number(read.skipped().calls())
                    .number(read.skipped().children())
                    .number(read.skipped().halves())
                    .number(read.skipped().refusals())
                    .number(read.skipped().closings())
                    .number(read.skipped().turnedAway());
            item(RecordingFormat.LOSSES, value);
        }
    }

    /** Records why no call was seen. */
    public void silenceHint(String hint) {
        add(RecordingFormat.HINT, hint);
    }

    /**
     * Records a notice that a reader cannot derive. Their number is limited only before the first poll, because there
     * are few afterwards.
     */
    public void notice(Notice notice) {
        if (polled || ++earlyNotices <= RecordingFormat.MAX_NOTICES) {
            value.clear();
            value.add(RecordingFormat.NOTICE_KINDS.indexOf(notice.kind()));
            add(RecordingFormat.NOTICE, value, notice.text());
        }
    }

    /** Records a line of text, truncated to {@link RecordingFormat#BLOCK_BYTES}. */
    void add(int type, String text) {
        value.clear();
        add(type, value, text);
    }

    private void add(int type, ByteWriter start, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        item(type, start.add(bytes, 0, Math.min(bytes.length, RecordingFormat.BLOCK_BYTES)));
    }

    /** Adds a snapshot, which is recorded before the next event. Can be called by any thread. */
    void addLater(ByteWriter snapshot) {
        later.add(snapshot);
    }

    private void item(int type, ByteWriter content) {
        blocks.item(type, content);
    }

    private void addLate() {
        for (ByteWriter item = later.poll(); item != null; item = later.poll()) {
            item(RecordingFormat.SNAPSHOT, item);
        }
    }

    /** Begins the recording at the first tick, which comes before the first poll. */
    @Override
    public void tick(Text out, long nowNs) {
        addPending();
        if (!begun) {
            begun = true;
            blockNs = nowNs;
            long offsetAtStart = offset.getAsLong();
            header.set(Header.OFFSET, Long.toString(offsetAtStart));
            if (kept == null) {
                header.set(Header.START, Long.toString(nowNs));
                blocks.begin(out, header.toBytes());
            }
            updateOffset(offsetAtStart);
        }
    }

    @Override
    public void polled(Text out, long nowNs) {
        addPending();
        polled = true;
        if (blocks.length() >= RecordingFormat.BLOCK_BYTES || nowNs - blockNs >= Units.SECOND_NS) {
            endBlock(out, nowNs);
        }
        value.clear();
        item(RecordingFormat.POLL, value.signed(nowNs - polledNs));
        polledNs = nowNs;
        polledAtNs = nowNs;
        if (nowNs - offsetReadNs >= OFFSET_INTERVAL_NS) {
            offsetReadNs = nowNs;
            updateOffset(offset.getAsLong());
        }
        addLate();
    }

    /** Ends the current block. */
    void endBlock(Text out) {
        addPending();
        addLate();
        endBlock(out, blockNs);
    }

    private void endBlock(Text out, long nowNs) {
        if (kept == null) {
            blocks.end(out);
        } else {
            kept.end(out, polledAtNs);
        }
        packing.reset();
        blockNs = nowNs;
        polledNs = 0;
    }

    /** Holds the record back, because the answers that its line and the observers need must be recorded before it. */
    @Override
    public void record(Text out, ByteBuffer batch, int at, int size) {
        addPending();
        addLate();
        if (blocks.length() >= RecordingFormat.MAX_BLOCK_BYTES / 2) {
            endBlock(out, polledAtNs);
        }
        if (EventDecoder.hasStack(size)) {
            pending.number(EventDecoder.EMPTY_STACK);
            packing.pack(pending, withoutStack(batch, at), 0, EventDecoder.EMPTY_STACK);
        } else {
            pending.number(size);
            packing.pack(pending, batch, at, size);
        }
    }

    @Override
    public void format(Text out, Call call) {
        ask(call);
    }

    @Override
    public void format(Text out, ProcessExit exit) {}

    @Override
    public void format(Text out, Closing closing) {
        if (details != null) {
            askCaller(details, closing.caller());
        }
    }

    @Override
    public void format(Text out, GivenUp client) {
        if (details != null) {
            askName(details, client.connection());
        }
    }

    @Override
    public void format(Text out, RefusedAttempt attempt) {
        if (details != null) {
            details.hostName(attempt.first().peer());
        }
    }

    /**
     * Adds the record that is held back. Called as late as possible, because observers can still ask about a call after
     * it is formatted.
     */
    private void addPending() {
        if (pending.length() > 0) {
            item(RecordingFormat.RECORD, pending);
            pending.clear();
        }
    }

    /** Returns the record with an empty stack, because the unwound stack is recorded instead, as an answer. */
    private ByteBuffer withoutStack(ByteBuffer batch, int at) {
        if (withoutStack == null) {
            withoutStack = ByteBuffer.allocate(EventDecoder.EMPTY_STACK).order(ByteOrder.nativeOrder());
        }
        return withoutStack.put(0, batch, at, EventWithStack.STACK).putShort(Event.SIZE, (short)
                EventDecoder.EMPTY_STACK);
    }

    private void ask(Call call) {
        if (details != null) {
            ask(details, call);
        }
    }

    private void ask(ProcessDetails details, Call call) {
        ListenerFd listener = call.listener();
        askCaller(details, call.caller());
        if (listener.socket() == null && listener.fileInode() != 0) {
            details.openFile(call.caller().tgid(), listener.fd(), listener.fileInode());
        }
        askName(details, listener.socket());
        if (call instanceof AcceptCall accept) {
            askName(details, accept.connection().socket());
            askInterface(details, accept.arguments().address());
        }
        if (call instanceof RelatedCall related) {
            askInterface(details, related.address());
        }
    }

    private static void askCaller(ProcessDetails details, Caller caller) {
        details.cgroup(caller.tgid(), caller.cgroup());
        if (caller.stack() != null) {
            details.stack(caller.tgid(), caller.stack());
        }
    }

    private static void askName(ProcessDetails details, @Nullable KernelSocket socket) {
        if (socket != null && socket.remote() != null) {
            details.hostName(socket.remote());
        }
    }

    /**
     * Asks only about the network namespace of the tool, because interfaces in other namespaces have no names in any
     * format.
     */
    private void askInterface(ProcessDetails details, byte @Nullable [] address) {
        if (address == null || address.length < SCOPE + Integer.BYTES) {
            return;
        }
        ByteBuffer fields = ByteBuffer.wrap(address).order(ByteOrder.nativeOrder());
        int index = fields.getInt(SCOPE);
        if (fields.getShort(0) == AddressFamily.INET6.number() && index != 0) {
            details.interfaceName(index, header.number(Header.NETNS));
        }
    }

    @Override
    public void summary(Text out, Run run, long atNs) {
        addPending();
        addLate();
        if (kept != null) {
            kept.finish(out, atNs);
        }
        value.clear();
        item(RecordingFormat.END, value.signed(atNs));
        endBlock(out, atNs);
    }
}
