package accept4trace.options;

import accept4trace.capture.CallFilter;
import accept4trace.capture.CallFilter.Call;
import accept4trace.capture.CallFilter.Network;
import accept4trace.capture.CallFilter.Status;
import accept4trace.outcome.UserError;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import picocli.CommandLine.ParseResult;

/** The filters among the options. */
final class Filters {
    private static final Map<String, Integer> FAMILIES = Map.of("unix", 1, "inet", 2, "inet6", 10, "vsock", 40);
    private static final String TRACE = "trace=";
    private static final int MOST_FAMILIES = 0xffff;

    private final ParseResult parsed;

    Filters(ParseResult parsed) {
        this.parsed = parsed;
    }

    /** uid and netns are still names, which the caller has to look up. */
    CallFilter parse() throws UserError {
        return new CallFilter(
                calls(),
                fd(),
                null,
                value(Option.COMM),
                cgroup(),
                null,
                family(),
                statuses(),
                duration(Option.MIN_DURATION),
                duration(Option.MIN_WAIT),
                ports(),
                networks(Option.LISTENER, Networks::listener),
                networks(Option.PEER, Networks::network));
    }

    static List<String> familyWords() {
        return FAMILIES.keySet().stream().sorted().toList();
    }

    /** The last -e trace= counts, as with strace. All of them are checked. */
    private Set<Call> calls() throws UserError {
        Set<Call> calls = CallFilter.NONE.calls();
        for (String text : Arguments.expressions(parsed, TRACE)) {
            calls = Words.set("-e trace", text, Call.class);
            if (calls.isEmpty()) {
                throw UserError.usage("-e trace: no call is left, so that nothing would be shown");
            }
        }
        return calls;
    }

    private String value(Option option) {
        return parsed.matchedOptionValue(option.anyName(), (String) null);
    }

    private String cgroup() throws UserError {
        String path = value(Option.CGROUP);
        if (path != null && path.isEmpty()) {
            throw UserError.usage("--cgroup: the path is empty");
        }
        return path;
    }

    private Integer fd() throws UserError {
        String text = value(Option.FD);
        return text == null ? null : (int) Quantities.number("--fd", text, Integer.MIN_VALUE, Integer.MAX_VALUE);
    }

    private Integer family() throws UserError {
        String text = value(Option.FAMILY);
        if (text == null) {
            return null;
        }
        Integer known = FAMILIES.get(text.toLowerCase(Locale.ROOT).replaceFirst("^af_", ""));
        return known == null ? (Integer) (int) Quantities.number("--family", text, 0, MOST_FAMILIES) : known;
    }

    private Set<Status> statuses() throws UserError {
        List<String> values = Arguments.values(parsed, Option.STATUS);
        List<String> expressions = Arguments.expressions(parsed, "status=");
        boolean successful = parsed.hasMatchedOption(Option.SUCCESSFUL_ONLY.anyName());
        boolean failed = parsed.hasMatchedOption(Option.FAILED_ONLY.anyName());
        if (Stream.of(!values.isEmpty(), !expressions.isEmpty(), successful, failed)
                        .filter(given -> given)
                        .count()
                > 1) {
            throw UserError.usage("--status, -e status=, -z and -Z exclude each other");
        }
        if (successful || failed) {
            return Set.of(successful ? Status.SUCCESSFUL : Status.FAILED);
        }
        Set<Status> statuses = expressions.isEmpty() ? union(values) : last(expressions);
        if (statuses.isEmpty() && !(values.isEmpty() && expressions.isEmpty())) {
            throw UserError.usage("--status: no status is left, so that nothing would be shown");
        }
        return statuses;
    }

    private static Set<Status> union(List<String> values) throws UserError {
        Set<Status> all = EnumSet.noneOf(Status.class);
        for (String text : values) {
            all.addAll(Words.set("--status", text, Status.class));
        }
        return all;
    }

    /** As with strace, the last one counts. All of them are checked. */
    private static Set<Status> last(List<String> expressions) throws UserError {
        Set<Status> statuses = Set.of();
        for (String text : expressions) {
            statuses = Words.set("-e status", text, Status.class);
        }
        return statuses;
    }

    private long duration(Option option) throws UserError {
        String text = value(option);
        return text == null ? 0 : Quantities.duration(option.anyName(), text);
    }

    private List<Integer> ports() throws UserError {
        List<Integer> ports = new ArrayList<>();
        for (String text : Arguments.values(parsed, Option.PORT)) {
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
        for (String text : Arguments.values(parsed, option)) {
            networks.add(parser.parse(option.anyName(), text));
        }
        return few(option, networks);
    }

    private static <T> List<T> few(Option option, List<T> values) throws UserError {
        if (values.size() > CallFilter.MOST) {
            throw UserError.usage(option.anyName() + ": more than " + CallFilter.MOST + " of them");
        }
        return List.copyOf(values);
    }
}
