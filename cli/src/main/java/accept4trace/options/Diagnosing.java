package accept4trace.options;

import accept4trace.capture.CallFilter;
import accept4trace.capture.CallFilter.Call;
import accept4trace.outcome.UserError;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.ParseResult;

/** --diagnose and what goes with it among the options. */
final class Diagnosing {
    /** What is diagnosed is often a machine without time to spare, and lost events would make false numbers. */
    static final int RING_BYTES = 16 << 20;

    private static final String DEFAULT_TIME = "10s";
    /** Accepts of every kind, and the waits before them. */
    private static final Set<Call> CALLS = Set.of(Call.ACCEPT4, Call.ACCEPT, Call.IO_URING, Call.POLL);

    /** What would show it something else than what happens, or has no meaning beside it. */
    private static final List<Option> EXCLUDED = List.of(
            Option.TRACE,
            Option.PEER,
            Option.FD,
            Option.STATUS,
            Option.SUCCESSFUL_ONLY,
            Option.FAILED_ONLY,
            Option.MIN_DURATION,
            Option.MIN_WAIT,
            Option.COUNT,
            Option.SUMMARY,
            Option.SUMMARY_ONLY,
            Option.INTERVAL);

    private final ParseResult parsed;
    private final boolean wanted;

    Diagnosing(ParseResult parsed) throws UserError {
        this.parsed = parsed;
        this.wanted = Arguments.has(parsed, Option.DIAGNOSE);
        if (wanted) {
            check();
        }
    }

    private void check() throws UserError {
        for (Option option : EXCLUDED) {
            if (Arguments.has(parsed, option)) {
                throw UserError.usage(
                        "--diagnose looks at every accept and every wait: no " + option.anyName() + " with it");
            }
        }
        if (Arguments.has(parsed, Option.LIVE)) {
            throw UserError.usage("--live cannot be used with --diagnose");
        }
        String format = Arguments.value(parsed, Option.FORMAT, "text");
        if (!format.equals("text") && !format.equals("json")) {
            throw UserError.usage("--diagnose writes text or json");
        }
        if (Arguments.has(parsed, Option.DURATION) && !time().isEmpty()) {
            throw UserError.usage("--diagnose TIME and --duration exclude each other");
        }
    }

    boolean isWanted() {
        return wanted;
    }

    private String time() {
        return Arguments.value(parsed, Option.DIAGNOSE, "");
    }

    long durationNs() throws UserError {
        if (time().isEmpty()) {
            return Quantities.duration("--duration", Arguments.value(parsed, Option.DURATION, DEFAULT_TIME));
        }
        try {
            return Quantities.duration("--diagnose", time());
        } catch (UserError e) {
            throw new UserError(e.status(), e.getMessage(), "a command needs -- before it: --diagnose -- ./server");
        }
    }

    CallFilter filter(CallFilter filter) {
        return wanted ? filter.withCalls(CALLS) : filter;
    }

    FailOn failOn() throws UserError {
        List<String> texts = Arguments.values(parsed, Option.FAIL_ON);
        return texts.isEmpty() ? FailOn.NOTHING : FailOn.parse("--fail-on", String.join(",", texts));
    }
}
