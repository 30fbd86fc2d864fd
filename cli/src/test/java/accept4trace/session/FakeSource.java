package accept4trace.session;

import accept4trace.capture.CaptureException;
import accept4trace.capture.EventBatch;
import accept4trace.capture.EventSource;
import accept4trace.event.Losses;
import accept4trace.event.RecordBuilder;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** A kernel that plays a script: one step a poll, then one empty poll; asking on is a failure. */
public final class FakeSource implements EventSource {
    private static final int ESRCH = 3;

    public final List<Integer> timeouts = new ArrayList<>();
    public final List<Integer> ended = new ArrayList<>();
    public boolean stopped;
    public String silenced = "";
    private boolean exhausted;
    private final Deque<Step> steps = new ArrayDeque<>();
    private Losses losses = Losses.NONE;

    private record Step(EventBatch batch, Losses losses, Runnable meanwhile) {}

    /** {@code meanwhile} runs while the poll waits, for instance to let time pass. */
    public FakeSource then(EventBatch batch, Losses losses, Runnable meanwhile) {
        steps.add(new Step(batch, losses, meanwhile));
        return this;
    }

    public FakeSource then(EventBatch batch) {
        return then(batch, losses, () -> {});
    }

    public static EventBatch calls(int count) {
        return batch(count, 0, false, false);
    }

    /** Something was typed. */
    public static EventBatch input() {
        return new EventBatch(ByteBuffer.allocate(0), 0, 0, false, false, true);
    }

    public static EventBatch batch(int count, int signal, boolean readerGone, boolean targetsGone) {
        ByteBuffer records = ByteBuffer.allocate(64 * 1024).order(ByteOrder.nativeOrder());
        for (int i = 0; i < count; i++) {
            records.put(new RecordBuilder().fd(-1).ret(-9).build());
        }
        return new EventBatch(records, records.position(), signal, readerGone, targetsGone, false);
    }

    @Override
    public String hooks() {
        return "script";
    }

    @Override
    public String hooksNote() {
        return "";
    }

    @Override
    public void traceProcess(int tgid) throws CaptureException {
        if (ended.contains(tgid)) {
            throw new CaptureException("trace process " + tgid, ESRCH, "");
        }
    }

    @Override
    public int spawn(int words, String user) {
        throw new UnsupportedOperationException("no command in this script");
    }

    @Override
    public void release() {}

    @Override
    public void traceAll() {}

    @Override
    public void findCallsInProgress() {}

    @Override
    public void confine(boolean entersNamespaces) {}

    @Override
    public EventBatch poll(int timeoutMs) {
        timeouts.add(timeoutMs);
        Step step = steps.poll();
        if (step == null) {
            if (exhausted) {
                throw new IllegalStateException("polled on after the end of the script");
            }
            exhausted = true;
            return calls(0);
        }
        step.meanwhile.run();
        losses = step.losses;
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
    public void close() {}
}
