package accept4trace.capture.jna;

import accept4trace.capture.CaptureException;
import accept4trace.capture.CaptureSettings;
import accept4trace.capture.EventBatch;
import accept4trace.capture.EventSource;
import accept4trace.event.Losses;
import com.sun.jna.Function;
import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Events of the running kernel. One native call a batch. */
public final class KernelEventSource implements EventSource {
    /** Room for some hundred records. */
    private static final int BATCH_BYTES = 128 * 1024;

    /** enum a4t_reason. */
    private static final int SIGNALLED = 1 << 1;

    private static final int READER_GONE = 1 << 2;
    private static final int TARGETS_GONE = 1 << 3;
    private static final int INPUT = 1 << 4;

    private static final int CONFIG_FILTER = 48;

    private final NativeTracer library;
    private final Pointer session;
    private final Function poll;
    private final Memory batch = new Memory(BATCH_BYTES);
    private final ByteBuffer records = batch.getByteBuffer(0, BATCH_BYTES).order(ByteOrder.nativeOrder());
    private final Memory wakeup = new Memory(8);
    private final Memory lossCounters = new Memory(48);
    private final Object[] pollArguments;
    private boolean closed;

    private KernelEventSource(NativeTracer library, Pointer session) {
        this.library = library;
        this.session = session;
        this.poll = library.poll();
        this.pollArguments = new Object[] {session, batch, BATCH_BYTES, 0, wakeup};
    }

    /** Loads the programs and attaches them; traces nothing yet. */
    public static KernelEventSource open(CaptureSettings settings) throws CaptureException {
        NativeTracer library = NativeTracer.load();
        Pointer session = library.open(config(settings), new ErrorMemory());
        KernelEventSource source = new KernelEventSource(library, session);
        int failure = library.catchSignals(session);
        if (failure < 0) {
            source.close();
            throw new CaptureException("catch signals", -failure, "");
        }
        return source;
    }

    /** struct a4t_config. */
    private static Memory config(CaptureSettings settings) {
        String cgroup = settings.filter().cgroup();
        byte[] path = (cgroup == null ? "" : cgroup).getBytes(StandardCharsets.ISO_8859_1);
        Memory config = new Memory(CONFIG_FILTER + FilterMemory.SIZE + path.length + 1);
        config.clear();
        config.setInt(0, settings.ringBytes());
        config.setInt(4, settings.maxCalls());
        config.setInt(8, settings.maxTargets());
        config.setInt(12, settings.watchedFd());
        config.setInt(16, settings.verbose() ? 1 : 0);
        config.setInt(20, settings.follow() ? 1 : 0);
        config.setInt(28, settings.stacks() ? 1 : 0);
        /* The path stands behind the struct, in the same memory. */
        config.write(CONFIG_FILTER + FilterMemory.SIZE, path, 0, path.length);
        config.setInt(24, settings.probe().number());
        config.setInt(32, settings.watchInput() ? 1 : 0);
        config.setPointer(40, config.share(CONFIG_FILTER + FilterMemory.SIZE));
        FilterMemory.write(settings.filter(), config, CONFIG_FILTER);
        return config;
    }

    @Override
    public String hooks() {
        return library.hooks(session);
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
    public int spawn(int words, String user) throws CaptureException {
        return library.spawn(session, words, user);
    }

    @Override
    public void release() throws CaptureException {
        library.release(session);
    }

    @Override
    public void traceAll() {
        library.traceAll(session);
    }

    @Override
    public void findCallsInProgress() throws CaptureException {
        library.findCallsInProgress(session);
    }

    @Override
    public void confine(boolean entersNamespaces) throws CaptureException {
        library.confine(session, entersNamespaces);
    }

    @Override
    public EventBatch poll(int timeoutMs) throws CaptureException {
        pollArguments[3] = timeoutMs;
        int length = poll.invokeInt(pollArguments);
        if (length < 0) {
            throw new CaptureException("read events", -length, "");
        }
        int reasons = wakeup.getInt(0);
        return new EventBatch(
                records,
                length,
                (reasons & SIGNALLED) != 0 ? wakeup.getInt(4) : 0,
                (reasons & READER_GONE) != 0,
                (reasons & TARGETS_GONE) != 0,
                (reasons & INPUT) != 0);
    }

    @Override
    public Losses losses() throws CaptureException {
        int failure = library.losses(session, lossCounters);
        if (failure < 0) {
            throw new CaptureException("read the loss counters", -failure, "");
        }
        return new Losses(
                lossCounters.getLong(0),
                lossCounters.getLong(8),
                lossCounters.getLong(16),
                lossCounters.getLong(24),
                lossCounters.getLong(32),
                lossCounters.getLong(40));
    }

    @Override
    public String silenced() {
        return library.silenced(session);
    }

    @Override
    public void stop() {
        library.stop(session);
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            library.close(session);
        }
    }
}
