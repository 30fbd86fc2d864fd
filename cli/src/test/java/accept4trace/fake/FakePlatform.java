package accept4trace.fake;

import accept4trace.capture.CaptureException;
import accept4trace.capture.OperatingSystem;
import accept4trace.capture.Platform;
import accept4trace.capture.Tracing;

/** A platform in memory. */
public final class FakePlatform implements Platform {
    public final FakeSource source = new FakeSource();
    public final FakeTracing tracing = new FakeTracing(source);
    public final FakeSystem system = new FakeSystem();
    /** Why the native library cannot be loaded; null if it can. */
    public CaptureException failure;

    public boolean loaded;

    private void load() throws CaptureException {
        loaded = true;
        if (failure != null) {
            throw failure;
        }
    }

    @Override
    public OperatingSystem operatingSystem() throws CaptureException {
        load();
        return system;
    }

    @Override
    public Tracing tracing() throws CaptureException {
        load();
        return tracing;
    }
}
