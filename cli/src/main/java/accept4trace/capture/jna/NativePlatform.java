package accept4trace.capture.jna;

import accept4trace.capture.CaptureException;
import accept4trace.capture.OperatingSystem;
import accept4trace.capture.Platform;
import accept4trace.capture.Tracing;

/** Implements {@link Platform} with liba4t, which is loaded on first use. */
public final class NativePlatform implements Platform {
    /**
     * Starts loading and preparing liba4t in a background thread while the options are parsed. A failure is reported on
     * first use.
     */
    public static void prepareInBackground() {
        Thread preparation = new Thread(NativePlatform::prepare, "preparation");
        preparation.setDaemon(true);
        try {
            preparation.start();
        } catch (OutOfMemoryError e) {
            // Ignored: the thread only saves time.
        }
    }

    private static void prepare() {
        try {
            NativeTracer.load().prepare();
        } catch (CaptureException | RuntimeException | Error e) {
            // The next load also fails, and reports the first error, which NativeTracer keeps.
        }
    }

    /** Returns the first link error of any thread if {@code failure} is a consequence of it, else {@code failure}. */
    public static Throwable rootCause(Throwable failure) {
        return failure instanceof NoClassDefFoundError error ? NativeTracer.rootCause(error) : failure;
    }

    @Override
    public OperatingSystem operatingSystem() throws CaptureException {
        return new Kernel(NativeTracer.load());
    }

    @Override
    public Tracing tracing() throws CaptureException {
        return new KernelTracing(NativeTracer.load());
    }
}
