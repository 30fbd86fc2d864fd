package accept4trace.recording;

import accept4trace.capture.CaptureException;
import accept4trace.capture.EventBatch;
import accept4trace.capture.EventSource;
import accept4trace.capture.Probe;
import accept4trace.event.FamilyCoverage;
import accept4trace.event.Losses;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Wraps a source of events. Records its counters of lost events, and the reason if its hooks do not run. The session
 * passes the events themselves to {@link Recorder}, which is its formatter.
 */
public final class RecordedSource implements EventSource {
    private final EventSource source;
    private final Recorder recorder;
    private String silenced = "";
    private volatile boolean stopped;
    /** Whether a process is a target, as of the latest snapshot. */
    private final Map<Integer, Boolean> targets = new ConcurrentHashMap<>();

    public RecordedSource(EventSource source, Recorder recorder) {
        this.source = source;
        this.recorder = recorder;
    }

    /** Forgets which processes are targets. Called by the thread that takes snapshots. */
    void beginSnapshot() {
        targets.clear();
    }

    boolean isStopped() {
        return stopped;
    }

    @Override
    public Losses losses() throws CaptureException {
        Losses losses = source.losses();
        recorder.add(losses);
        return losses;
    }

    @Override
    public String silenced() {
        String why = source.silenced();
        if (!why.equals(silenced)) {
            silenced = why;
            recorder.add(RecordingFormat.SILENCED, why);
        }
        return why;
    }

    /** Returns the same answer until the next snapshot, so that callers get the answer that the snapshot records. */
    @Override
    public boolean isTarget(int tgid) {
        return targets.computeIfAbsent(tgid, source::isTarget);
    }

    @Override
    public Probe probe() {
        return source.probe();
    }

    @Override
    public boolean seesEveryAccept() {
        return source.seesEveryAccept();
    }

    @Override
    public FamilyCoverage refusals() {
        return source.refusals();
    }

    @Override
    public FamilyCoverage closings() {
        return source.closings();
    }

    @Override
    public boolean slowsOthers() {
        return source.slowsOthers();
    }

    @Override
    public String hooksNote() {
        return source.hooksNote();
    }

    @Override
    public void traceProcess(int tgid) throws CaptureException {
        source.traceProcess(tgid);
    }

    @Override
    public int spawn(int words, @Nullable String user, boolean killOnExit) throws CaptureException {
        return source.spawn(words, user, killOnExit);
    }

    @Override
    public void release() throws CaptureException {
        source.release();
    }

    @Override
    public void traceAll() throws CaptureException {
        source.traceAll();
    }

    @Override
    public void findCallsInProgress() throws CaptureException {
        source.findCallsInProgress();
    }

    @Override
    public void confine() throws CaptureException {
        source.confine();
    }

    @Override
    public EventBatch poll(int timeoutMs) throws CaptureException {
        return source.poll(timeoutMs);
    }

    @Override
    public void stop() {
        stopped = true;
        source.stop();
    }

    @Override
    public void close() {
        source.close();
    }
}
