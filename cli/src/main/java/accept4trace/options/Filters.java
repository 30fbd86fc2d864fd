package accept4trace.options;

import accept4trace.capture.CallFilter;
import accept4trace.capture.CallFilter.Call;
import accept4trace.capture.CallFilter.CallerFilter;
import accept4trace.capture.CallFilter.ListenerFilter;
import accept4trace.capture.CallFilter.Ports;
import accept4trace.capture.CallFilter.Status;
import accept4trace.event.AddressFamily;
import accept4trace.outcome.ExitStatus;
import accept4trace.outcome.UserError;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Parses the filter options. */
final class Filters {
    private static final int MAX_FAMILY = 0xffff;
    private static final int MAX_PORT = 0xffff;

    private final Given given;

    Filters(Given given) {
        this.given = given;
    }

    /**
     * Returns the filter without uid and netns, which are looked up later. Refuses --fd for closed listeners, because
     * their descriptors are unknown.
     */
    CallFilter parse() throws UserError {
        CallFilter filter = filter();
        if (given.has(Option.FD) && filter.calls().contains(Call.CLOSED)) {
            throw UserError.usage(given.typed(Option.FD) + " cannot select closed listeners (-e trace=closed)");
        }
        return filter;
    }

    private CallFilter filter() throws UserError {
        List<String> listeners = given.texts(Option.LISTENER);
        ListenerFilter listener = new ListenerFilter(
                fds(),
                null,
                family(),
                ports(),
                few(Option.LISTENER, listeners, text -> !UnixNames.isName(text), Networks::listener),
                few(Option.LISTENER, listeners, UnixNames::isName, UnixNames::parse));
        checkFamilies(listener);
        return new CallFilter(
                calls(),
                new CallerFilter(null, comms(), cgroup()),
                listener,
                few(Option.PEER, given.texts(Option.PEER), text -> true, Networks::network),
                statuses(),
                given.time(Option.MIN_DURATION, 0),
                given.time(Option.MIN_WAIT, 0));
    }

    /** Only the last -e trace= counts, as in strace. All of them are checked. */
    private Set<Call> calls() throws UserError {
        Set<Call> calls = CallFilter.NONE.calls();
        for (String text : Arguments.expressions(given, "trace=")) {
            calls = EnumWords.set("-e trace", text, Call.class, Call.ALL);
            if (calls.isEmpty()) {
                throw UserError.usage("-e trace: no call is selected");
            }
        }
        checkFormat(calls, given.word(Option.FORMAT, Format.class));
        return calls;
    }

    private static void checkFormat(Set<Call> calls, Format format) throws UserError {
        for (Call call : List.of(Call.REFUSED, Call.CLOSED)) {
            if (calls.contains(call) && format == Format.STRACE) {
                throw unfit(call, "--format=strace, because strace has no such lines");
            }
        }
    }

    private static UserError unfit(Call call, String format) {
        return new UserError(
                ExitStatus.USAGE,
                "-e trace=" + call + " cannot be used with " + format,
                "use --format=text or --format=json, or select only calls");
    }

    private @Nullable String cgroup() throws UserError {
        String path = given.text(Option.CGROUP);
        if (path != null && path.isEmpty()) {
            throw UserError.usage("--cgroup: the path is empty");
        }
        return path;
    }

    private List<String> comms() throws UserError {
        return few(Option.COMM, given.texts(Option.COMM), text -> true, Filters::comm);
    }

    private static String comm(String option, String text) throws UserError {
        if (text.isEmpty()) {
            throw UserError.usage(option + ": the name is empty");
        }
        return text;
    }

    private List<Integer> fds() throws UserError {
        return few(Option.FD, commaSeparated(Option.FD), text -> true, (option, text) ->
                (int) Quantities.number(option, text, Integer.MIN_VALUE, Integer.MAX_VALUE));
    }

    private List<String> commaSeparated(Option option) {
        List<String> words = new ArrayList<>();
        for (String text : given.texts(option)) {
            words.addAll(List.of(text.split(",", -1)));
        }
        return words;
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
        if (given.has(Option.SUCCESSFUL_ONLY)) {
            return Set.of(Status.SUCCESSFUL);
        }
        if (given.has(Option.FAILED_ONLY)) {
            return Set.of(Status.FAILED);
        }
        String option = given.typed(Option.STATUS);
        Set<Status> statuses = EnumSet.noneOf(Status.class);
        for (String text : given.texts(Option.STATUS)) {
            statuses.addAll(EnumWords.set(option, text, Status.class));
        }
        /* Only the last -e status= counts, as in strace. All of them are checked. */
        for (String text : Arguments.expressions(given, "status=")) {
            statuses = EnumWords.set(option, text, Status.class);
        }
        if (statuses.isEmpty() && given.has(Option.STATUS)) {
            throw UserError.usage(option + ": no status is selected");
        }
        return statuses;
    }

    private List<Ports> ports() throws UserError {
        return few(Option.PORT, commaSeparated(Option.PORT), text -> true, Filters::ports);
    }

    /** Parses PORT or PORT-PORT. */
    private static Ports ports(String option, String text) throws UserError {
        int dash = text.indexOf('-', 1);
        int first = port(option, dash < 0 ? text : text.substring(0, dash));
        int last = dash < 0 ? first : port(option, text.substring(dash + 1));
        if (first > last) {
            throw UserError.usage(option + ": " + last + " is less than " + first + ": '" + text + "'");
        }
        return new Ports(first, last);
    }

    private static int port(String option, String text) throws UserError {
        return (int) Quantities.positive(option, text, MAX_PORT);
    }

    private interface Parser<T> {
        T parse(String option, String text) throws UserError;
    }

    /** Parses the selected values. Refuses more values than the BPF programs can compare. */
    private static <T> List<T> few(Option option, List<String> texts, Predicate<String> selected, Parser<T> parser)
            throws UserError {
        List<T> values = new ArrayList<>();
        for (String text : texts) {
            if (selected.test(text)) {
                values.add(parser.parse(option.anyName(), text));
            }
        }
        if (values.size() > CallFilter.MAX_VALUES) {
            throw UserError.usage(option.anyName() + ": more than " + CallFilter.MAX_VALUES + " values");
        }
        return List.copyOf(values);
    }

    /**
     * Refuses combinations of filters that no call can pass. --port and --peer select only IP sockets, and --listener
     * selects IP sockets by address or AF_UNIX sockets by name.
     */
    private void checkFamilies(ListenerFilter listener) throws UserError {
        Integer family = listener.family();
        for (Option option : List.of(Option.PORT, Option.PEER)) {
            if (given.has(option) && !listener.names().isEmpty()) {
                throw UserError.usage(option.anyName() + " selects IP sockets, but --listener an AF_UNIX socket");
            }
            if (given.has(option) && family != null && !isIp(family)) {
                throw UserError.usage(option.anyName() + " selects IP sockets, but --family others");
            }
        }
        boolean excludesAddress =
                family != null && !isIp(family) && !listener.addresses().isEmpty();
        boolean excludesName = family != null
                && family != AddressFamily.UNIX.number()
                && !listener.names().isEmpty();
        if (excludesAddress || excludesName) {
            throw UserError.usage("--listener and --family select different address families");
        }
    }

    private static boolean isIp(int family) {
        return family == AddressFamily.INET.number() || family == AddressFamily.INET6.number();
    }
}
