package accept4trace.capture.jna;

import accept4trace.capture.CaptureException;
import accept4trace.capture.OperatingSystem;
import accept4trace.capture.Platform;
import accept4trace.capture.Tracing;

/** The native library, loaded at the first use. */
public final class NativePlatform implements Platform {
    /**
     * Begins with what any tracing needs, in a thread of its own, while the options are read. A failure shows at the
     * first use.
     */
    public static void prepareMeanwhile() {
        Thread preparation = new Thread(NativePlatform::prepare, "preparation");
        preparation.setDaemon(true);
        try {
            preparation.start();
        } catch (OutOfMemoryError e) {
            // No room for one more thread, and none is needed.
        }
    }

    private static void prepare() {
        try {
            NativeTracer.load().prepare();
        } catch (CaptureException | RuntimeException | Error e) {
            // Reported at the next load: NativeTracer keeps the first error of linking.
        }
    }

    /** Returns the error that came first, in any thread, if {@code failure} only follows from it. */
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
