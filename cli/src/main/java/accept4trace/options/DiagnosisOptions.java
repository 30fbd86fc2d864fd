package accept4trace.options;

import accept4trace.capture.CallFilter;
import accept4trace.outcome.UserError;
import java.util.List;
import java.util.Objects;

/** The option --diagnose, its duration, and the settings that depend on it. */
final class DiagnosisOptions {
    /** Larger than the usual default, because diagnosed machines are often busy, and losses falsify the numbers. */
    static final int RING_BYTES = 16 << 20;

    private final Given given;

    DiagnosisOptions(Given given, Format format) throws UserError {
        this.given = given;
        if (!isWanted()) {
            return;
        }
        if (format != Format.TEXT && format != Format.JSON) {
            throw UserError.usage("--diagnose requires --format=text or --format=json");
        }
        if (given.has(Option.DURATION) && hasTime()) {
            throw UserError.usage("--duration cannot be used with --diagnose TIME");
        }
    }

    boolean isWanted() {
        return given.has(Option.DIAGNOSE);
    }

    private boolean hasTime() {
        return !Given.NO_VALUE.equals(given.text(Option.DIAGNOSE));
    }

    long durationNs() throws UserError {
        if (!hasTime() && given.has(Option.READ)) {
            return given.timeOrZero(Option.DURATION, Settings.NO_LIMIT);
        }
        if (!hasTime()) {
            String defaultTime =
                    Objects.requireNonNull(Option.DIAGNOSE.declaration().defaultValue());
            return given.time(Option.DURATION, Quantities.time("--diagnose", defaultTime));
        }
        try {
            return given.time(Option.DIAGNOSE, 0);
        } catch (UserError e) {
            throw new UserError(e.status(), e.getMessage(), "write -- before a command: --diagnose -- ./server");
        }
    }

    CallFilter filter(CallFilter filter) {
        return isWanted() ? filter.withCalls(CallFilter.DIAGNOSED) : filter;
    }

    FailOn failOn() throws UserError {
        if (!isWanted()) {
            return FailOn.NOTHING;
        }
        List<String> texts = given.texts(Option.FAIL_ON);
        return texts.isEmpty() ? FailOn.NOTHING : FailOn.parse(String.join(",", texts));
    }
}
