package accept4trace.options;

import accept4trace.outcome.ExitStatus;
import accept4trace.outcome.UserError;
import accept4trace.text.Printable;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** The options of --queue. */
final class QueueOptions {
    private static final String STUCK = "stuck";
    private static final Set<Option> USED = EnumSet.of(
            Option.QUEUE,
            Option.ATTACH,
            Option.ALL,
            Option.PORT,
            Option.LISTENER,
            Option.PEER,
            Option.NETNS,
            Option.FAMILY,
            Option.MIN_WAIT,
            Option.FAIL_ON,
            Option.FORMAT,
            Option.OUTPUT,
            Option.APPEND,
            Option.VERBOSE,
            Option.QUIET);

    private static final Set<Format> FORMATS = EnumSet.of(Format.TEXT, Format.COLUMNS, Format.JSON);

    private QueueOptions() {}

    /** Refuses options and values that would have no effect. */
    static void check(Given given, CommandLineFacts facts) throws UserError {
        for (Option option : Option.values()) {
            if (given.has(option) && !USED.contains(option)) {
                throw UserError.usage(given.typed(option) + " cannot be used with --queue");
            }
        }
        facts.checkOnce();
        if (given.hasCommand()) {
            throw new UserError(
                    ExitStatus.USAGE,
                    "--queue takes no COMMAND",
                    "-p selects running processes: --queue -p "
                            + Printable.argument(given.command().get(0)));
        }
        if (given.has(Option.ALL) && given.has(Option.ATTACH)) {
            throw UserError.usage("-p and --all cannot be combined");
        }
        if (!FORMATS.contains(facts.format())) {
            throw UserError.usage("--queue requires --format=text, --format=columns or --format=json");
        }
        if (given.has(Option.VERBOSE) && facts.format() != Format.TEXT) {
            throw UserError.usage(given.typed(Option.VERBOSE) + " requires --format=text with --queue");
        }
        if (given.has(Option.APPEND) && !facts.writesToPlainFile()) {
            throw UserError.usage(given.typed(Option.APPEND) + " requires -o FILE");
        }
        checkFailOn(given.texts(Option.FAIL_ON));
    }

    private static void checkFailOn(List<String> values) throws UserError {
        for (String value : values) {
            if (!value.equals(STUCK)) {
                throw UserError.usage(
                        "--fail-on: '" + Printable.argument(value) + "' cannot be used with --queue; use 'stuck'");
            }
        }
    }
}
