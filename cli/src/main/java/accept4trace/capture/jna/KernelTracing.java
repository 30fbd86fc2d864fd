package accept4trace.capture.jna;

import accept4trace.capture.CaptureException;
import accept4trace.capture.CaptureSettings;
import accept4trace.capture.EventSource;
import accept4trace.capture.Hook;
import accept4trace.capture.NameLookup;
import accept4trace.capture.Snapshots;
import accept4trace.capture.StackUnwinder;
import accept4trace.capture.Tracing;

/** Implements {@link Tracing} with the BPF programs of liba4t. */
final class KernelTracing implements Tracing {
    private final NativeTracer library;

    KernelTracing(NativeTracer library) {
        this.library = library;
    }

    @Override
    public EventSource openEvents(CaptureSettings settings) throws CaptureException {
        return KernelEventSource.open(library, settings);
    }

    @Override
    public int missing(Hook hook) {
        return -library.checkHook(hook);
    }

    @Override
    public Snapshots openSnapshots() throws CaptureException {
        return KernelSnapshots.open(library);
    }

    @Override
    public StackUnwinder openStacks() throws CaptureException {
        return StackReader.open(library);
    }

    @Override
    public NameLookup openNames() throws CaptureException {
        return NameReader.open(library);
    }
}
