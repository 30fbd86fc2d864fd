package accept4trace.options;

import accept4trace.capture.CallFilter;
import accept4trace.capture.CallFilter.Call;
import accept4trace.capture.CallFilter.Status;
import accept4trace.outcome.UserError;
import accept4trace.text.Errno;
import accept4trace.text.Printable;
import accept4trace.text.Units;
import accept4trace.trigger.Condition;
import accept4trace.trigger.Condition.Kind;
import accept4trace.trigger.TriggerSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The options of --trigger. */
final class TriggerOptions {
    private static final long BEFORE_NS = 5 * Units.SECOND_NS;
    private static final long AFTER_NS = 2 * Units.SECOND_NS;
    private static final int HISTORY_BYTES = 16 << 20;
    private static final int MIN_HISTORY_BYTES = 1 << 20;
    private static final int MAX_HISTORY_BYTES = 1 << 30;
    private static final int PERCENT = 100;
    /** The errors with which an accept can fail after it has taken a connection off the queue. */
    private static final Set<String> LOSING = Set.of("ECONNABORTED", "EFAULT", "EINVAL");

    private final Given given;
    private final String option;

    TriggerOptions(Given given) {
        this.given = given;
        this.option = given.typed(Option.TRIGGER);
    }

    /** Returns null without --trigger. */
    @Nullable
    TriggerSettings settings(CallFilter filter) throws UserError {
        if (!given.has(Option.TRIGGER)) {
            return null;
        }
        List<Condition> conditions = conditions();
        for (Condition condition : conditions) {
            if (condition.kind() == Kind.ERROR) {
                checkError(condition, filter);
            }
        }
        String history = given.text(Option.HISTORY);
        return new TriggerSettings(
                conditions,
                given.timeOrZero(Option.BEFORE, BEFORE_NS),
                given.timeOrZero(Option.AFTER, AFTER_NS),
                given.positive(Option.TRIGGERS, Long.MAX_VALUE, 1),
                history == null
                        ? HISTORY_BYTES
                        : (int) Quantities.size(
                                given.typed(Option.HISTORY), history, MIN_HISTORY_BYTES, MAX_HISTORY_BYTES));
    }

    /** Returns which kinds of calls the conditions require. */
    List<CallRequirement> requirements() throws UserError {
        List<CallRequirement> requirements = new ArrayList<>();
        for (Condition condition : conditions()) {
            if (condition.kind().needsAccepts()) {
                requirements.add(new CallRequirement(option + " " + condition.text(), Call.ACCEPTS));
            }
        }
        return requirements;
    }

    /** Returns an empty list without --trigger. */
    private List<Condition> conditions() throws UserError {
        List<Condition> conditions = new ArrayList<>();
        for (String value : given.texts(Option.TRIGGER)) {
            for (String word : value.split(",", -1)) {
                conditions.add(condition(word));
            }
        }
        return List.copyOf(conditions);
    }

    private Condition condition(String word) throws UserError {
        int equals = word.indexOf('=');
        String name = equals < 0 ? word : word.substring(0, equals + 1);
        String value = word.substring(equals + 1);
        return switch (name) {
            case "wait=" -> new Condition(Kind.WAIT, Quantities.timeOrZero(option + " wait", value), word);
            case "error=" -> new Condition(Kind.ERROR, errno(value), word);
            case "queue=" -> new Condition(Kind.QUEUE, percent(value), word);
            case "refused" -> new Condition(Kind.REFUSED, 0, word);
            case "stuck" -> new Condition(Kind.STUCK, 0, word);
            default ->
                throw UserError.usage(option + ": '" + Printable.argument(word)
                        + "' is not one of wait=TIME, error=NAME, refused, queue=N%, stuck");
        };
    }

    private int errno(String name) throws UserError {
        int errno = Errno.number(name);
        if (errno == 0) {
            throw UserError.usage(option + " error: '" + Printable.argument(name) + "' is not an error such as EMFILE");
        }
        return errno;
    }

    private long percent(String text) throws UserError {
        if (!text.endsWith("%")) {
            throw UserError.usage(
                    option + " queue: '" + Printable.argument(text) + "' is not a percentage such as 80%");
        }
        return Quantities.positive(option + " queue", text.substring(0, text.length() - 1), PERCENT);
    }

    /** Refuses an error if no call with this error can pass the filter. */
    private void checkError(Condition condition, CallFilter filter) throws UserError {
        if (!filter.statuses().isEmpty() && !filter.statuses().contains(Status.FAILED)) {
            throw UserError.usage(option + " " + condition.text() + " requires failed calls, which are not selected");
        }
        for (Option connection : List.of(Option.MIN_WAIT, Option.PEER)) {
            if (given.has(connection) && !LOSING.contains(Errno.name((int) condition.limit()))) {
                throw UserError.usage(given.typed(connection) + " cannot be used with " + option + " "
                        + condition.text() + ": a call with this error has no connection");
            }
        }
    }
}
