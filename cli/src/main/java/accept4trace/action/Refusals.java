package accept4trace.action;

import accept4trace.capture.CallFilter;
import accept4trace.capture.CallFilter.Call;
import accept4trace.capture.EventSource;
import accept4trace.event.RefusalCoverage;
import accept4trace.options.Format;
import accept4trace.options.Settings;
import accept4trace.options.SummaryMode;
import accept4trace.queue.ListenerHolders;
import accept4trace.queue.TraceSelection;
import accept4trace.session.RefusedAttempts;
import accept4trace.trigger.Condition.Kind;
import accept4trace.trigger.TriggerSettings;
import org.jspecify.annotations.Nullable;

/** Which refused connections a trace wants. */
record Refusals(Settings settings) {
    /** Returns whether they are shown as lines, counted in a report, or recorded for both. */
    boolean areWanted() {
        TriggerSettings trigger = settings.session().trigger();
        return isRaw()
                || settings.selection().filter().calls().contains(Call.REFUSED)
                || (trigger != null && trigger.has(Kind.REFUSED))
                || settings.report().summary() != SummaryMode.NONE
                || settings.report().live()
                || settings.report().diagnose();
    }

    private boolean isRaw() {
        return settings.output().format() == Format.RAW;
    }

    /** Returns whether they are wanted whoever holds the listener. */
    boolean ofAnyListener(CallFilter filter) {
        return settings.target().all() && !filter.hasHolder();
    }

    /** Returns null if refused connections are not seen. */
    @Nullable
    RefusedAttempts attempts(EventSource source, Taps taps, TraceSnapshots snapshots, TraceSelection selection) {
        if (source.refusals() == RefusalCoverage.NONE) {
            return null;
        }
        ListenerHolders holders =
                ofAnyListener(selection.filter()) ? null : taps.holders(snapshots.heldSockets(source, selection));
        return new RefusedAttempts(
                holders, isRaw() || settings.selection().filter().calls().contains(Call.REFUSED));
    }
}
