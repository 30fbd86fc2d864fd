package accept4trace.options;

import accept4trace.capture.CallFilter.Call;
import accept4trace.outcome.UserError;
import accept4trace.text.Units;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A given option that affects only some kinds of calls and events. If none of them is
 * selected, the option would have no effect, and is refused.
 *
 * @param option the option as given
 * @param affected the kinds that it affects
 */
public record CallRequirement(String option, Set<Call> affected) {
    /** All calls except accepts by io_uring, which have no descriptor argument and no duration. */
    private static final Set<Call> SYSTEM_CALLS = Set.of(Call.ACCEPT4, Call.ACCEPT, Call.BIND, Call.LISTEN, Call.POLL);

    private static final Map<Option, Set<Call>> AFFECTED = new EnumMap<>(Option.class);

    static {
        for (Option option : List.of(
                Option.STATUS,
                Option.SUCCESSFUL_ONLY,
                Option.FAILED_ONLY,
                Option.MIN_DURATION,
                Option.COUNT,
                Option.PATHS,
                Option.DECODE_FDS,
                Option.COLUMN,
                Option.STACK,
                Option.NO_FOLD,
                Option.SORT_BY)) {
            AFFECTED.put(option, Call.ALL);
        }
        AFFECTED.put(Option.FD, SYSTEM_CALLS);
        AFFECTED.put(Option.NO_DURATION, SYSTEM_CALLS);
        AFFECTED.put(Option.MIN_WAIT, plus(Call.ACCEPTS, Call.CLOSED));
        AFFECTED.put(Option.PEER, plus(Call.ACCEPTS, Call.REFUSED, Call.CLOSED));
        AFFECTED.put(Option.RESOLVE, plus(Call.ACCEPTS, Call.REFUSED, Call.CLOSED));
    }

    private static Set<Call> plus(Set<Call> calls, Call... events) {
        Set<Call> all = EnumSet.copyOf(calls);
        Collections.addAll(all, events);
        return Collections.unmodifiableSet(all);
    }

    /** Returns the requirements of the given options. */
    static List<CallRequirement> of(Given given) throws UserError {
        List<CallRequirement> requirements = new ArrayList<>();
        for (Map.Entry<Option, Set<Call>> entry : AFFECTED.entrySet()) {
            if (given.has(entry.getKey())) {
                requirements.add(new CallRequirement(given.typed(entry.getKey()), entry.getValue()));
            }
        }
        /* These depend on the option's value. */
        if (given.word(Option.FORMAT, Format.class) == Format.STRACE) {
            requirements.add(new CallRequirement("--format=strace", Call.ALL));
        }
        requirements.addAll(new TriggerOptions(given).requirements());
        return List.copyOf(requirements);
    }

    public boolean isMetBy(Set<Call> selected) {
        return !Collections.disjoint(affected, selected);
    }

    /** Returns e.g. "--peer requires accept4, accept, io_uring, refused or closed". */
    public String text() {
        List<String> names = new ArrayList<>();
        Set<Call> named = EnumSet.copyOf(affected);
        if (named.containsAll(Call.ALL)) {
            names.add("a call such as accept4");
            named.removeAll(Call.ALL);
        }
        for (Call call : named) {
            names.add(call.toString());
        }
        return option + " requires " + Units.alternatives(names);
    }
}
