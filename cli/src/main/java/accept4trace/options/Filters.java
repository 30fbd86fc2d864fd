package accept4trace.options;

import accept4trace.capture.CallFilter;
import accept4trace.capture.CallFilter.Call;
import accept4trace.capture.CallFilter.CallerFilter;
import accept4trace.capture.CallFilter.ListenerFilter;
import accept4trace.capture.CallFilter.Network;
import accept4trace.capture.CallFilter.Status;
import accept4trace.event.AddressFamily;
import accept4trace.outcome.UserError;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Parses the filter options. */
final class Filters {
    private static final String TRACE = "trace=";
    private static final int MAX_FAMILY = 0xffff;

    private final Given given;

    Filters(Given given) {
        this.given = given;
    }

    /** Returns the filter without uid and netns, which are looked up later. */
    CallFilter parse() throws UserError {
        return new CallFilter(
                calls(),
                new CallerFilter(null, given.text(Option.COMM), cgroup()),
                new ListenerFilter(fd(), null, family(), ports(), networks(Option.LISTENER, Networks::listener)),
                networks(Option.PEER, Networks::network),
                statuses(),
                given.time(Option.MIN_DURATION, 0),
                given.time(Option.MIN_WAIT, 0));
    }

    /** Only the last -e trace= counts, as in strace. All of them are checked. */
    private Set<Call> calls() throws UserError {
        Set<Call> calls = CallFilter.NONE.calls();
        for (String text : Arguments.expressions(given, TRACE)) {
            calls = EnumWords.set("-e trace", text, Call.class);
            if (calls.isEmpty()) {
                throw UserError.usage("-e trace: no call is selected");
            }
        }
        return calls;
    }

    private @Nullable String cgroup() throws UserError {
        String path = given.text(Option.CGROUP);
        if (path != null && path.isEmpty()) {
            throw UserError.usage("--cgroup: the path is empty");
        }
        return path;
    }

    private @Nullable Integer fd() throws UserError {
        String text = given.text(Option.FD);
        return text == null ? null : (int) Quantities.number("--fd", text, Integer.MIN_VALUE, Integer.MAX_VALUE);
    }

    private @Nullable Integer family() throws UserError {
        String text = given.text(Option.FAMILY);
        if (text == null) {
            return null;
        }
        AddressFamily known = AddressFamily.of(text.replaceFirst("^(?i)af_", ""));
        return known == AddressFamily.OTHER ? (int) Quantities.number("--family", text, 0, MAX_FAMILY) : known.number();
    }

    private Set<Status> statuses() throws UserError {
        List<String> expressions = Arguments.expressions(given, "status=");
        for (Option option : List.of(Option.STATUS, Option.SUCCESSFUL_ONLY, Option.FAILED_ONLY)) {
            if (given.has(option) && !expressions.isEmpty()) {
                throw UserError.usage(given.typed(option) + " cannot be used with -e status=");
            }
        }
        if (given.has(Option.SUCCESSFUL_ONLY)) {
            return Set.of(Status.SUCCESSFUL);
        }
        if (given.has(Option.FAILED_ONLY)) {
            return Set.of(Status.FAILED);
        }
        Set<Status> statuses = expressions.isEmpty() ? union(given.texts(Option.STATUS)) : last(expressions);
        if (statuses.isEmpty() && (given.has(Option.STATUS) || !expressions.isEmpty())) {
            throw UserError.usage("--status: no status is selected");
        }
        return statuses;
    }

    private static Set<Status> union(List<String> values) throws UserError {
        Set<Status> all = EnumSet.noneOf(Status.class);
        for (String text : values) {
            all.addAll(EnumWords.set("--status", text, Status.class));
        }
        return all;
    }

    /** Only the last -e status= counts, as in strace. All of them are checked. */
    private static Set<Status> last(List<String> expressions) throws UserError {
        Set<Status> statuses = Set.of();
        for (String text : expressions) {
            statuses = EnumWords.set("-e status", text, Status.class);
        }
        return statuses;
    }

    private List<Integer> ports() throws UserError {
        List<Integer> ports = new ArrayList<>();
        for (String text : given.texts(Option.PORT)) {
            for (String port : text.split(",", -1)) {
                ports.add((int) Quantities.positive("--port", port, 0xffff));
            }
        }
        return few(Option.PORT, ports);
    }

    private interface NetworkParser {
        Network parse(String option, String text) throws UserError;
    }

    private List<Network> networks(Option option, NetworkParser parser) throws UserError {
        List<Network> networks = new ArrayList<>();
        for (String text : given.texts(option)) {
            networks.add(parser.parse(option.anyName(), text));
        }
        return few(option, networks);
    }

    private static <T> List<T> few(Option option, List<T> values) throws UserError {
        if (values.size() > CallFilter.MAX_VALUES) {
            throw UserError.usage(option.anyName() + ": more than " + CallFilter.MAX_VALUES + " values");
        }
        return List.copyOf(values);
    }
}
