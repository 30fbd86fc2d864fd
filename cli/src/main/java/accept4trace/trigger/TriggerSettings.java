package accept4trace.trigger;

import java.util.List;
import java.util.stream.Collectors;

/**
 * The settings of --trigger, the flight recorder.
 *
 * @param conditions each of them is a trigger when it is met
 * @param beforeNs how much of the time before a trigger is shown, in nanoseconds
 * @param afterNs how much of the time after a trigger is shown, in nanoseconds
 * @param count the number of triggers after which the trace ends
 * @param historyBytes the maximum size of what is kept while nothing is shown, in bytes
 */
public record TriggerSettings(List<Condition> conditions, long beforeNs, long afterNs, long count, int historyBytes) {
    public boolean has(Condition.Kind kind) {
        return conditions.stream().anyMatch(condition -> condition.kind() == kind);
    }

    public boolean needsSnapshots() {
        return conditions.stream().anyMatch(condition -> condition.kind().needsSnapshots());
    }

    /** Returns e.g. "wait=100ms or refused". */
    public String text() {
        return conditions.stream().map(Condition::text).collect(Collectors.joining(" or "));
    }
}
