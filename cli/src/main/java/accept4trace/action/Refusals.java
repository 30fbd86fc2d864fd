package accept4trace.action;

import accept4trace.capture.CallFilter;
import accept4trace.capture.CallFilter.Call;
import accept4trace.capture.EventSource;
import accept4trace.event.Coverage;
import accept4trace.event.FamilyCoverage;
import accept4trace.options.Format;
import accept4trace.options.Settings;
import accept4trace.options.SummaryMode;
import accept4trace.queue.ListenerHolders;
import accept4trace.queue.TraceSelection;
import accept4trace.session.RefusedAttempts;
import accept4trace.session.RefusedConnections;
import accept4trace.session.RefusedUnixClients;
import accept4trace.trigger.Condition.Kind;
import accept4trace.trigger.TriggerSettings;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which refused connections a trace wants.
 *
 * @param allProcesses whether the tool sees all processes of the machine. If it does not, as in a container, listeners
 *     that only processes outside hold are not wanted, even with --all.
 */
record Refusals(Settings settings, boolean allProcesses) {
    /** Returns whether refused connections are shown as lines, recorded, or counted in a report. */
    boolean areWanted() {
        TriggerSettings trigger = settings.session().trigger();
        return settings.selection().filter().calls().contains(Call.REFUSED)
                || (trigger != null && trigger.has(Kind.REFUSED))
                || settings.report().summary() != SummaryMode.NONE
                || settings.report().live()
                || settings.report().diagnose();
    }

    /**
     * Returns the filter extended by the refused connections and closed listeners that a report counts. The fd of a
     * closed listener is unknown, so with --fd, closed listeners cannot be counted.
     */
    CallFilter withCounted(CallFilter filter) {
        CallFilter counted = areWanted() ? filter.withRefused() : filter;
        boolean counts = settings.report().summary() != SummaryMode.NONE
                || settings.report().live();
        return counts && filter.listener().fds().isEmpty() ? counted.withClosed() : counted;
    }

    /** Returns whether closed listeners are shown as lines, recorded, or counted in a report. */
    boolean closingsAreWanted() {
        return withCounted(settings.selection().filter()).calls().contains(Call.CLOSED);
    }

    /** Returns whether refusals are wanted no matter which process holds the listener. */
    boolean ofAnyListener(CallFilter filter) {
        return allProcesses && settings.target().all() && !filter.hasHolder();
    }

    /**
     * Takes a snapshot of the listeners if their holders matter. Must run after tracing has begun: events then
     * report each call of listen() that is too late for the snapshot.
     */
    RefusedConnections connections(EventSource source, Taps taps, TraceSnapshots snapshots, TraceSelection selection) {
        FamilyCoverage seen = source.refusals();
        boolean any = ofAnyListener(selection.filter());
        boolean byName = seen.unix() == Coverage.SOME;
        boolean shown = settings.output().format() == Format.RAW
                || settings.selection().filter().calls().contains(Call.REFUSED);
        ListenerHolders holders =
                any && !byName ? null : taps.holders(snapshots.heldSockets(source, selection, byName));
        if (any && holders != null) {
            holders.takeNow();
        }
        return connections(seen, any ? null : holders, holders, shown);
    }

    /**
     * @param holders selects the listeners of refused TCP clients; null to select all
     * @param ofUnix selects the listeners of refused AF_UNIX clients, and finds them by name if the kernel does not
     *     identify them; null to select all
     * @param shown whether refused connections have lines, or are recorded as if they had
     */
    static RefusedConnections connections(
            FamilyCoverage seen, @Nullable ListenerHolders holders, @Nullable ListenerHolders ofUnix, boolean shown) {
        return new RefusedConnections(
                seen.tcp() == Coverage.NONE ? null : new RefusedAttempts(holders, shown),
                seen.unix() == Coverage.NONE ? null : new RefusedUnixClients(ofUnix, shown));
    }

    /** Names the refused connections that pass the filter but are not seen. */
    static List<String> unknown(FamilyCoverage seen, CallFilter filter) {
        List<String> unknown = new ArrayList<>();
        if (seen.equals(FamilyCoverage.NONE)) {
            return List.of("refused");
        }
        if (filter.canBeTcp() && seen.tcp() != Coverage.ALL) {
            unknown.add(seen.tcp() == Coverage.NONE ? "refused TCP clients" : "refused SYNs");
        }
        if (filter.canBeUnix() && seen.unix() == Coverage.NONE) {
            unknown.add("refused AF_UNIX clients");
        }
        return unknown;
    }
}
