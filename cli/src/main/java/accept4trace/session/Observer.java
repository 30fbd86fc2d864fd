package accept4trace.session;

import accept4trace.diagnose.Finding;
import accept4trace.diagnose.Undecided;
import accept4trace.event.Call;
import accept4trace.event.Closing;
import accept4trace.event.FamilyCoverage;
import accept4trace.event.GivenUp;
import accept4trace.event.Losses;
import accept4trace.event.Refusal;
import accept4trace.event.TurnedAway;
import accept4trace.event.UnixRefusal;
import accept4trace.summary.Run;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Receives every call in addition to the formatter, e.g. to build statistics. Times are CLOCK_MONOTONIC. */
public interface Observer {
    /** Ignores every call. */
    Observer NONE = new Observer() {};

    /**
     * Called first.
     *
     * @param refusals which refused connections will be added
     * @param closings which resets by closed listeners will be added
     */
    default void begin(FamilyCoverage refusals, FamilyCoverage closings) {}

    default void add(Call call) {}

    default void add(Closing closing) {}

    default void add(GivenUp client) {}

    default void add(TurnedAway connection) {}

    /**
     * Adds a refused packet.
     *
     * @param isNew whether this is the first packet of an attempt to connect
     */
    default void add(Refusal refusal, boolean isNew) {}

    /** Adds a refused connect of an AF_UNIX client. */
    default void add(UnixRefusal refusal) {}

    /** Called when {@code ns} nanoseconds have passed that were not recorded. */
    default void skip(long ns) {}

    /** Returns the time until the next tick is due, in nanoseconds. */
    default long remainingNs(long nowNs) {
        return Long.MAX_VALUE;
    }

    /** Called when a tick is due. Returns the interval that has just ended, or null. */
    default @Nullable Run tick(long nowNs, Losses losses) throws IOException {
        return null;
    }

    /** Handles typed keys. Returns false if one of them ends the run. */
    default boolean takeInput() {
        return true;
    }

    /**
     * Returns whether the period of time around a trigger of --trigger ends now. The caller must then show everything
     * that it still holds back, e.g. attempts of refused clients that may still get longer.
     *
     * @param sinceNs all events up to this time have been added
     */
    default boolean endsWindow(long sinceNs) {
        return false;
    }

    /** Returns whether the run ends, because nothing further will be shown. */
    default boolean isDone() {
        return false;
    }

    /** Called once the last event has been added, before the last notices are written. */
    default void close() throws IOException {}

    /** Returns the findings, which are complete once the run has ended. */
    default List<Finding> findings() {
        return List.of();
    }

    /** Returns why some findings cannot be ruled out; empty if the findings are complete. Known after the run. */
    default List<Undecided> undecided() {
        return List.of();
    }

    /** Returns the results of the whole run. */
    default Run end(long calls, Losses losses, long durationNs, long nowNs) throws IOException {
        return new Run(calls, losses, durationNs, null);
    }
}
