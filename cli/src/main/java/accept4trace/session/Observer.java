package accept4trace.session;

import accept4trace.diagnose.Finding;
import accept4trace.event.Call;
import accept4trace.event.Losses;
import accept4trace.summary.Run;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Hears of every call besides the formatter, and makes something of them; times are CLOCK_MONOTONIC. */
public interface Observer {
    /** Makes nothing of them. */
    Observer NONE = new Observer() {};

    default void add(Call call) {}

    /** Until when it wants to be ticked. */
    default long remainingNs(long nowNs) {
        return Long.MAX_VALUE;
    }

    /** The interval that has ended by now, or null. */
    default @Nullable Run tick(long nowNs, Losses losses) throws IOException {
        return null;
    }

    /** Something was typed; false when that is to end the run. */
    default boolean takeInput() {
        return true;
    }

    /** No more calls come; the last notices are to follow. */
    default void close() throws IOException {}

    /** What is wrong, once the run has ended. */
    default List<Finding> findings() {
        return List.of();
    }

    /** The whole run. */
    default Run end(long calls, Losses losses, long durationNs) throws IOException {
        return new Run(calls, losses, durationNs, null);
    }
}
