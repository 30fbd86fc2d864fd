package accept4trace.fake;

import accept4trace.capture.CaptureException;
import accept4trace.capture.OperatingSystem;
import accept4trace.capture.Platform;
import accept4trace.capture.Tracing;
import accept4trace.capture.jna.NativePlatform;

/** The real operating system with fake events. */
public record ReplayPlatform(Tracing tracing) implements Platform {
    @Override
    public OperatingSystem operatingSystem() throws CaptureException {
        return new NativePlatform().operatingSystem();
    }
}
