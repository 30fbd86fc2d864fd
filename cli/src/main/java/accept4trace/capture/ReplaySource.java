package accept4trace.capture;

import accept4trace.event.Losses;
import java.nio.ByteBuffer;

/** Events from memory: all of them at the first poll, then its targets have ended. */
public final class ReplaySource implements EventSource {
    private final ByteBuffer records;
    private boolean played;

    /** {@code records}: whole ones from position 0 to the limit, in native byte order. */
    public ReplaySource(ByteBuffer records) {
        this.records = records;
    }

    @Override
    public String hooks() {
        return "replay";
    }

    @Override
    public String hooksNote() {
        return "";
    }

    @Override
    public void traceProcess(int tgid) {}

    @Override
    public int spawn(int words, String user) throws CaptureException {
        throw new CaptureException("start a command in a replay", 0, "");
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
        int length = played ? 0 : records.limit();
        played = true;
        return new EventBatch(records, length, 0, false, length == 0, false);
    }

    @Override
    public Losses losses() {
        return Losses.NONE;
    }

    @Override
    public void stop() {}

    @Override
    public void close() {}
}
