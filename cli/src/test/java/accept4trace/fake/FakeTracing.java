package accept4trace.fake;

import accept4trace.capture.CaptureException;
import accept4trace.capture.CaptureSettings;
import accept4trace.capture.EventSource;
import accept4trace.capture.FailureKind;
import accept4trace.capture.Hook;
import accept4trace.capture.NameLookup;
import accept4trace.capture.Snapshots;
import accept4trace.capture.StackUnwinder;
import accept4trace.capture.Tracing;
import java.util.EnumMap;
import java.util.Map;

/** A fake kernel that allows all hooks, except for the missing ones. */
public class FakeTracing implements Tracing {
    /** Hooks that cannot be attached to, with positive errnos. */
    public final Map<Hook, Integer> missing = new EnumMap<>(Hook.class);
    /** Why no programs can be loaded; null if they can. */
    public CaptureException failure;
    /** Why no names can be looked up; null if they can. */
    public CaptureException namesFailure;
    /** Unwinds stacks; null if that is impossible. */
    public StackUnwinder unwinder;
    /** The settings of the opened source, or null. */
    public CaptureSettings settings;

    public final FakeSnapshots snapshots = new FakeSnapshots();

    private final EventSource source;

    public FakeTracing(EventSource source) {
        this.source = source;
    }

    @Override
    public EventSource openEvents(CaptureSettings settings) throws CaptureException {
        this.settings = settings;
        if (failure != null) {
            throw failure;
        }
        return source;
    }

    @Override
    public int missing(Hook hook) {
        return missing.getOrDefault(hook, 0);
    }

    @Override
    public Snapshots openSnapshots() throws CaptureException {
        if (failure != null) {
            throw failure;
        }
        return snapshots;
    }

    @Override
    public StackUnwinder openStacks() throws CaptureException {
        if (unwinder != null) {
            return unwinder;
        }
        throw new CaptureException(FailureKind.HELPER, "start a4t-unwinder", 0, "it has ended");
    }

    /** Finds no names. */
    @Override
    public NameLookup openNames() throws CaptureException {
        if (namesFailure != null) {
            throw namesFailure;
        }
        return new NameLookup() {
            @Override
            public String nameOf(byte[] address) {
                return null;
            }

            @Override
            public void close() {}
        };
    }
}
