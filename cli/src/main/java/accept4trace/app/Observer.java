package accept4trace.app;

import accept4trace.event.AcceptEvent;
import accept4trace.event.Losses;
import accept4trace.event.RelatedCall;
import accept4trace.summary.Finding;
import accept4trace.summary.Run;
import java.io.IOException;
import java.util.List;

/** Hears of every call besides the formatter, and makes something of them; times are CLOCK_MONOTONIC. */
interface Observer {
    /** Makes nothing of them. */
    Observer NONE = new Observer() {
        @Override
        public void add(AcceptEvent event) {}

        @Override
        public void add(RelatedCall call) {}

        @Override
        public long remainingNs(long nowNs) {
            return Long.MAX_VALUE;
        }

        @Override
        public Run tick(long nowNs, Losses losses) {
            return null;
        }

        @Override
        public Run end(long calls, Losses losses, long durationNs) {
            return new Run(calls, losses, durationNs, null);
        }
    };

    void add(AcceptEvent event);

    void add(RelatedCall call);

    /** Until when it wants to be ticked. */
    long remainingNs(long nowNs);

    /** The interval that has ended by now, or null. */
    Run tick(long nowNs, Losses losses) throws IOException;

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
    Run end(long calls, Losses losses, long durationNs) throws IOException;
}
