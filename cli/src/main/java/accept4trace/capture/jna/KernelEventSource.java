package accept4trace.capture.jna;

import accept4trace.capture.CaptureException;
import accept4trace.capture.CaptureSettings;
import accept4trace.capture.EventBatch;
import accept4trace.capture.EventSource;
import accept4trace.capture.NativeLayout;
import accept4trace.capture.NativeLayout.Config;
import accept4trace.capture.NativeLayout.Loss;
import accept4trace.capture.NativeLayout.Reason;
import accept4trace.capture.NativeLayout.Wakeup;
import accept4trace.capture.Probe;
import accept4trace.event.Coverage;
import accept4trace.event.FamilyCoverage;
import accept4trace.event.Losses;
import com.sun.jna.Function;
import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Reads events from the running kernel, one native call per batch. Only {@link #isTarget} is thread-safe. */
final class KernelEventSource implements EventSource {
    /** Enough for several hundred records, unless they contain stacks. */
    private static final int BATCH_BYTES = 128 * 1024;

    private final NativeTracer library;
    private final Pointer session;
    private final Function poll;
    private final Memory batch = new Memory(BATCH_BYTES);
    private final ByteBuffer records = batch.getByteBuffer(0, BATCH_BYTES).order(ByteOrder.nativeOrder());
    private final Memory wakeup = new Memory(Wakeup.BYTES);
    private final Memory lossCounters = new Memory((long) Long.BYTES * Loss.COUNT);
    private final Object[] pollArguments;
    private boolean closed;

    private KernelEventSource(NativeTracer library, Pointer session) {
        this.library = library;
        this.session = session;
        this.poll = library.poll();
        this.pollArguments = new Object[] {session, batch, BATCH_BYTES, 0, wakeup};
    }

    /** Loads and attaches the BPF programs, without tracing any process yet. */
    static KernelEventSource open(NativeTracer library, CaptureSettings settings) throws CaptureException {
        Pointer session = library.open(config(settings), new ErrorMemory());
        KernelEventSource source = new KernelEventSource(library, session);
        int failure = library.catchSignals(session);
        if (failure < 0) {
            source.close();
            throw new CaptureException("catch signals", -failure, "");
        }
        return source;
    }

    /** Returns a {@code struct a4t_config}. */
    private static Memory config(CaptureSettings settings) {
        String cgroup = settings.filter().caller().cgroup();
        byte[] path = (cgroup == null ? "" : cgroup).getBytes(StandardCharsets.ISO_8859_1);
        /* The cgroup path is stored after the struct, so that both are freed together. */
        Memory config = new Memory(Config.BYTES + path.length + 1);
        config.clear();
        config.setInt(Config.RING_BYTES, settings.sizes().ringBytes());
        config.setInt(Config.MAX_CALLS, settings.sizes().maxCalls());
        config.setInt(Config.MAX_TARGETS, settings.sizes().maxTargets());
        config.setInt(Config.WATCH_FD, settings.watch().outputFd());
        config.setInt(Config.VERBOSE, settings.verbose() ? 1 : 0);
        config.setInt(Config.FOLLOW, settings.follow() ? 1 : 0);
        config.setInt(Config.PROBE, settings.probe().number());
        config.setInt(Config.STACKS, settings.extras().stacks() ? 1 : 0);
        config.setInt(Config.TURNED_AWAY, settings.extras().turnedAway() ? 1 : 0);
        config.setInt(Config.CGROUPS, settings.extras().cgroups() ? 1 : 0);
        config.setInt(Config.WATCH_INPUT, settings.watch().input() ? 1 : 0);
        config.write(Config.BYTES, path, 0, path.length);
        config.setPointer(Config.CGROUP, config.share(Config.BYTES));
        FilterMemory.write(settings.filter(), config, Config.FILTER);
        return config;
    }

    @Override
    public Probe probe() {
        return Probe.of(library.hooks(session));
    }

    @Override
    public FamilyCoverage refusals() {
        return new FamilyCoverage(coverage(library.refusals(session)), coverage(library.unixRefusals(session)));
    }

    @Override
    public FamilyCoverage closings() {
        return new FamilyCoverage(coverage(library.closings(session)), coverage(library.unixClosings(session)));
    }

    private static Coverage coverage(int refusals) {
        return switch (refusals) {
            case NativeLayout.Coverage.ALL -> Coverage.ALL;
            case NativeLayout.Coverage.SOME -> Coverage.SOME;
            default -> Coverage.NONE;
        };
    }

    @Override
    public boolean slowsOthers() {
        return library.slowsOthers(session);
    }

    @Override
    public String hooksNote() {
        return library.hooksNote(session);
    }

    @Override
    public void traceProcess(int tgid) throws CaptureException {
        library.traceProcess(session, tgid);
    }

    @Override
    public int spawn(int words, @Nullable String user, boolean mustEnd) throws CaptureException {
        return library.spawn(session, words, user, mustEnd);
    }

    @Override
    public void release() throws CaptureException {
        library.release(session);
    }

    @Override
    public void traceAll() {
        library.traceAll(session);
    }

    /** Synchronized with {@link #close}, which frees the session. */
    @Override
    public synchronized boolean isTarget(int tgid) {
        return !closed && library.isTarget(session, tgid);
    }

    @Override
    public void findCallsInProgress() throws CaptureException {
        library.findCallsInProgress(session);
    }

    @Override
    public void confine() throws CaptureException {
        library.confine(session);
    }

    @Override
    public EventBatch poll(int timeoutMs) throws CaptureException {
        pollArguments[3] = timeoutMs;
        int length = poll.invokeInt(pollArguments);
        if (length < 0) {
            throw new CaptureException("read events", -length, "");
        }
        int reasons = wakeup.getInt(Wakeup.REASONS);
        return new EventBatch(
                records,
                length,
                (reasons & Reason.SIGNALLED) != 0 ? wakeup.getInt(Wakeup.SIGNAL) : 0,
                (reasons & Reason.READER_GONE) != 0,
                (reasons & Reason.TARGETS_GONE) != 0,
                (reasons & Reason.INPUT) != 0);
    }

    @Override
    public Losses losses() throws CaptureException {
        int failure = library.losses(session, lossCounters);
        if (failure < 0) {
            throw new CaptureException("read the loss counters", -failure, "");
        }
        return new Losses(
                lost(Loss.RING_FULL),
                lost(Loss.INFLIGHT_FULL),
                lost(Loss.TARGETS_FULL),
                new Losses.Skipped(
                        lost(Loss.RECURSION),
                        lost(Loss.FORKS),
                        lost(Loss.HALVES),
                        lost(Loss.REFUSALS),
                        lost(Loss.CLOSINGS),
                        lost(Loss.TURNED_AWAY)));
    }

    private long lost(int kind) {
        return lossCounters.getLong((long) Long.BYTES * kind);
    }

    @Override
    public String silenced() {
        return library.silenced(session);
    }

    @Override
    public void stop() {
        library.endCommand(session);
        library.stop(session);
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            library.close(session);
        }
    }
}
