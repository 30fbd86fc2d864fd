package accept4trace.session;

import accept4trace.diagnose.Finding;
import accept4trace.event.Call;
import accept4trace.event.Losses;
import accept4trace.summary.Run;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Receives every call in addition to the formatter, e.g. to build statistics. Times are CLOCK_MONOTONIC. */
public interface Observer {
    /** Ignores every call. */
    Observer NONE = new Observer() {};

    default void add(Call call) {}

    /** The time of the next tick. */
    default long remainingNs(long nowNs) {
        return Long.MAX_VALUE;
    }

    /** The interval that has just ended, or null. */
    default @Nullable Run tick(long nowNs, Losses losses) throws IOException {
        return null;
    }

    /** Handles a typed key. Returns false if the key ends the run. */
    default boolean takeInput() {
        return true;
    }

    /** Called after the last call, before the last notices. */
    default void close() throws IOException {}

    /** The findings. Complete once the run has ended. */
    default List<Finding> findings() {
        return List.of();
    }

    /** The statistics of the whole run. */
    default Run end(long calls, Losses losses, long durationNs) throws IOException {
        return new Run(calls, losses, durationNs, null);
    }
}
