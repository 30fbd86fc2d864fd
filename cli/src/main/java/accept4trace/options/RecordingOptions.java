package accept4trace.options;

import accept4trace.outcome.ExitStatus;
import accept4trace.outcome.UserError;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Checks the options of --format=raw and --read. */
final class RecordingOptions {
    private static final String RUNNING = "it needs a running process";
    private static final String CAPTURE = "everything is captured already";

    /** Options that need a live system, and why. */
    private static final Map<Option, String> LIVE_ONLY = new EnumMap<>(Map.of(
            Option.ATTACH, RUNNING,
            Option.ALL, "it needs a running machine",
            Option.FOLLOW, RUNNING,
            Option.USER, RUNNING,
            Option.KILL_ON_EXIT, RUNNING,
            Option.NETNS, RUNNING,
            Option.LIVE, "it shows a running trace; -c --interval 1s writes tables",
            Option.PROBE, CAPTURE,
            Option.BUFFER, CAPTURE,
            Option.DEBUG, CAPTURE));

    /** Options for reports. They are refused while a recording is written, and used with --read instead. */
    private static final List<Option> REPORTS =
            List.of(Option.SUMMARY_ONLY, Option.SUMMARY, Option.INTERVAL, Option.LIVE, Option.DIAGNOSE);

    private RecordingOptions() {}

    /** Refuses options that have no effect on a recording that is read. */
    static void checkReading(Given given) throws UserError {
        for (Map.Entry<Option, String> option : LIVE_ONLY.entrySet()) {
            if (given.has(option.getKey())) {
                throw UserError.usage(
                        given.typed(option.getKey()) + " cannot be used with --read: " + option.getValue());
            }
        }
        if (given.hasCommand()) {
            throw UserError.usage("--read takes no COMMAND");
        }
        if (given.word(Option.FORMAT, Format.class) == Format.RAW) {
            throw UserError.usage("--format=raw cannot be used with --read: the file is a recording already");
        }
    }

    /** Refuses options that have no effect on a recording that is written. */
    static void checkWriting(Given given, CommandLineFacts facts) throws UserError {
        if (facts.format() != Format.RAW) {
            return;
        }
        for (Option option : REPORTS) {
            if (given.has(option)) {
                throw new UserError(
                        ExitStatus.USAGE,
                        given.typed(option) + " cannot be used with --format=raw",
                        "write a recording, then make any report from it with --read FILE");
            }
        }
        if (given.has(Option.APPEND)) {
            throw UserError.usage(given.typed(Option.APPEND) + " cannot be used with --format=raw");
        }
        if (given.hasCommand() && !given.has(Option.OUTPUT)) {
            throw UserError.usage("--format=raw requires -o FILE with a COMMAND");
        }
    }
}
