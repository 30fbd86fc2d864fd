package accept4trace.fake;

import accept4trace.capture.CaptureException;
import accept4trace.capture.EventBatch;
import accept4trace.capture.EventSource;
import accept4trace.capture.Probe;
import accept4trace.event.FamilyCoverage;
import accept4trace.event.Losses;
import accept4trace.text.Errno;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A fake kernel with a script: one step per poll, then one empty poll. Further polls fail. */
public class FakeSource implements EventSource {
    /** The process id of the command that {@link #spawn} starts. */
    public static final int COMMAND = Integer.MAX_VALUE;

    public final List<Integer> timeouts = new ArrayList<>();
    public final List<Integer> ended = new ArrayList<>();
    public boolean commandMustEnd;
    public boolean stopped;
    public boolean closed;
    public Probe probe = Probe.TRACEPOINT;
    public String silenced = "";
    public FamilyCoverage refusals = FamilyCoverage.NONE;
    public FamilyCoverage closings = FamilyCoverage.ALL;
    /** Why the command cannot be spawned; null if it can. */
    public CaptureException spawnFailure;
    /** Why the command cannot be released; null if it can. */
    public CaptureException releaseFailure;

    /** Ids of the traced processes. */
    public final Set<Integer> targets = new HashSet<>();

    private boolean allTraced;
    private boolean exhausted;
    private final Deque<Step> steps = new ArrayDeque<>();
    private Losses losses = Losses.NONE;

    /** See {@link EventSource#slowsOthers}. */
    public boolean slowsOthers = true;

    /** A step of the script; {@code batch} is null for a failing poll. */
    private record Step(EventBatch batch, Losses losses, Runnable meanwhile) {}

    /** Adds a step. {@code meanwhile} runs while the poll waits, e.g. to let time pass. */
    public FakeSource then(EventBatch batch, Losses losses, Runnable meanwhile) {
        steps.add(new Step(batch, losses, meanwhile));
        return this;
    }

    public FakeSource then(EventBatch batch) {
        return then(batch, losses, () -> {});
    }

    @Override
    public Probe probe() {
        return probe;
    }

    @Override
    public FamilyCoverage refusals() {
        return refusals;
    }

    @Override
    public FamilyCoverage closings() {
        return closings;
    }

    @Override
    public boolean slowsOthers() {
        return slowsOthers;
    }

    @Override
    public String hooksNote() {
        return "";
    }

    @Override
    public void traceProcess(int tgid) throws CaptureException {
        if (ended.contains(tgid)) {
            throw new CaptureException("trace process " + tgid, Errno.ESRCH, "");
        }
        targets.add(tgid);
    }

    @Override
    public int spawn(int words, String user, boolean mustEnd) throws CaptureException {
        if (spawnFailure != null) {
            throw spawnFailure;
        }
        commandMustEnd = mustEnd;
        return COMMAND;
    }

    @Override
    public void release() throws CaptureException {
        if (releaseFailure != null) {
            throw releaseFailure;
        }
    }

    @Override
    public void traceAll() {
        allTraced = true;
    }

    @Override
    public boolean isTarget(int tgid) {
        return allTraced || targets.contains(tgid);
    }

    @Override
    public void findCallsInProgress() {}

    @Override
    public void confine() {}

    @Override
    public EventBatch poll(int timeoutMs) throws CaptureException {
        timeouts.add(timeoutMs);
        Step step = steps.poll();
        if (step == null) {
            if (exhausted) {
                throw new IllegalStateException("polled on after the end of the script");
            }
            exhausted = true;
            return new EventBatch(ByteBuffer.allocate(0), 0, 0, false, false, false);
        }
        step.meanwhile.run();
        losses = step.losses;
        if (step.batch == null) {
            throw new CaptureException("read events", Errno.ESRCH, "");
        }
        return step.batch;
    }

    @Override
    public Losses losses() {
        return losses;
    }

    @Override
    public String silenced() {
        return silenced;
    }

    @Override
    public void stop() {
        stopped = true;
    }

    @Override
    public void close() {
        closed = true;
    }
}
