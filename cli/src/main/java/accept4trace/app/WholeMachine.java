package accept4trace.app;

import accept4trace.capture.CaptureException;
import accept4trace.capture.EventSource;

/** --all. */
final class WholeMachine implements Subject {
    private static final int CALLS = 16_384;

    @Override
    public int processCount() {
        return 1;
    }

    @Override
    public int callsInFlight() {
        return CALLS;
    }

    @Override
    public void trace(EventSource source) throws CaptureException {
        source.traceAll();
    }

    @Override
    public String describe() {
        return "every process";
    }
}
