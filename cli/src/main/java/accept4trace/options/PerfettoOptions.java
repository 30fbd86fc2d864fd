package accept4trace.options;

import accept4trace.outcome.ExitStatus;
import accept4trace.outcome.UserError;

/** Checks the options of --format=perfetto, whose output is a single JSON array. */
final class PerfettoOptions {
    private static final String FORMAT = "--format=perfetto";

    private PerfettoOptions() {}

    /** Refuses options that have no effect, and those that would break the array. */
    static void check(Given given, CommandLineFacts facts) throws UserError {
        if (facts.format() != Format.PERFETTO) {
            return;
        }
        if (facts.summary() == SummaryMode.ONLY) {
            Option summary = given.has(Option.INTERVAL) ? Option.INTERVAL : Option.SUMMARY_ONLY;
            throw UserError.usage(given.typed(summary) + " cannot be used with " + FORMAT);
        }
        if (given.has(Option.APPEND)) {
            throw UserError.usage(given.typed(Option.APPEND) + " cannot be used with " + FORMAT);
        }
        if (given.has(Option.TRIGGER)) {
            throw new UserError(
                    ExitStatus.USAGE,
                    given.typed(Option.TRIGGER) + " cannot be used with " + FORMAT,
                    "write the windows with --format=raw -o FILE, then convert them with --read FILE " + FORMAT);
        }
        if (given.hasCommand() && !given.has(Option.OUTPUT)) {
            throw UserError.usage(FORMAT + " requires -o FILE with a COMMAND");
        }
    }
}
