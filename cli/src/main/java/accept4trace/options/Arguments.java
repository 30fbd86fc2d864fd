package accept4trace.options;

import accept4trace.capture.Probe;
import accept4trace.format.tables.SortKey;
import accept4trace.outcome.ExitStatus;
import accept4trace.outcome.UserError;
import accept4trace.text.Printable;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.StringTokenizer;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** From the command line to {@link Settings}. */
public final class Arguments {
    private static final int RING_BYTES = 4 << 20;
    /** A record with a stack is much larger. */
    private static final int RING_BYTES_WITH_STACKS = 32 << 20;

    private static final List<String> EXPRESSIONS = List.of("trace=", "status=", "decode-fds=");

    private Arguments() {}

    public static Settings parse(String... args) throws UserError {
        ParseResult parsed = parsed(args);
        if (times(parsed, Option.FOLLOW) > 1) {
            throw unknown("-ff");
        }
        Lines lines = new Lines(parsed);
        Diagnosing diagnosing = new Diagnosing(parsed);
        Settings.Action action = action(parsed);
        Settings settings = new Settings(
                action,
                pids(parsed),
                isAll(parsed),
                parsed.matchedPositionalValue(0, List.of()),
                diagnosing.isWanted() || has(parsed, Option.FOLLOW),
                diagnosing.filter(new Filters(parsed).parse()),
                Quantities.user("--uid", value(parsed, Option.UID)),
                netnsOf(parsed),
                value(parsed, Option.USER),
                value(parsed, Option.OUTPUT),
                has(parsed, Option.APPEND),
                lines.format(),
                lines.options(),
                lines.fields(),
                !has(parsed, Option.NO_FOLD),
                summary(parsed),
                Words.one("-S", value(parsed, Option.SORT_BY, "time"), SortKey.class),
                interval(parsed),
                stacks(parsed, lines.format()),
                has(parsed, Option.RESOLVE),
                live(parsed),
                diagnosing.isWanted(),
                diagnosing.failOn(),
                Words.one("--color", value(parsed, Option.COLOR, "auto"), ColorWhen.class),
                has(parsed, Option.QUIET),
                has(parsed, Option.DEBUG),
                count(parsed),
                diagnosing.isWanted() ? diagnosing.durationNs() : duration(parsed),
                Words.one("--probe", value(parsed, Option.PROBE, "auto"), Probe.class),
                ringBytes(parsed),
                has(parsed, Option.STRICT));
        checkTargets(settings);
        if (action == Settings.Action.TRACE) {
            new CommandLineFacts(parsed, lines.format(), settings.summary()).check();
        }
        return settings;
    }

    /** Of the options that are there to be found alone: to tell picocli of all took a tenth of a start. */
    private static CommandSpec spec(String... args) {
        CommandSpec spec = CommandSpec.create().name("accept4-trace");
        for (Option option : Option.values()) {
            if (canBeIn(args, option)) {
                spec.addOption(optionSpec(option));
            }
        }
        return spec.addPositional(PositionalParamSpec.builder()
                .index("0..*")
                .arity("0..*")
                .type(List.class)
                .auxiliaryTypes(String.class)
                .build());
    }

    private static boolean canBeIn(String[] args, Option option) {
        for (String word : args) {
            if (option.canBeIn(word)) {
                return true;
            }
        }
        return false;
    }

    private static OptionSpec optionSpec(Option option) {
        OptionSpec.Builder builder = OptionSpec.builder(option.names().toArray(String[]::new));
        if (option.addsUp()) {
            builder.type(List.class).auxiliaryTypes(String.class).arity("1");
        } else if (option.isValueOptional()) {
            builder.type(String.class).arity("0..1").fallbackValue("");
        } else if (option.takesValue()) {
            builder.type(String.class).arity("1");
        } else {
            builder.type(boolean.class).arity("0");
        }
        return builder.paramLabel(option.takesValue() ? option.argument() : "").build();
    }

    private static ParseResult parsed(String... args) throws UserError {
        try {
            /* strace lets flags repeat, as in -qq. */
            return new CommandLine(spec(args))
                    .setOverwrittenOptionsAllowed(true)
                    .setStopAtPositional(true)
                    .setExpandAtFiles(false)
                    .parseArgs(args);
        } catch (UnmatchedArgumentException e) {
            String argument = e.getUnmatched().get(0);
            throw unknown(argument);
        } catch (MissingParameterException e) {
            throw UserError.usage(missingValue(e));
        } catch (ParameterException e) {
            throw UserError.usage(Printable.argument(lowerFirst(e.getMessage())));
        }
    }

    private static UserError unknown(String argument) {
        String what = "'" + Printable.argument(argument) + "'";
        String advice = StraceOptions.advice(argument);
        return advice == null
                ? UserError.usage("unknown option " + what)
                : new UserError(ExitStatus.USAGE, "no " + what + " here, as strace has it", advice);
    }

    private static String missingValue(MissingParameterException e) {
        ArgSpec option = e.getMissing().get(0);
        return String.join(", ", ((OptionSpec) option).names()) + " needs a value: " + option.paramLabel();
    }

    private static String lowerFirst(String sentence) {
        return Character.toLowerCase(sentence.charAt(0)) + sentence.substring(1);
    }

    private static Settings.Action action(ParseResult parsed) {
        if (has(parsed, Option.HELP)) {
            return Settings.Action.SHOW_HELP;
        }
        if (has(parsed, Option.SHORT_HELP)) {
            return Settings.Action.SHOW_SHORT_HELP;
        }
        if (has(parsed, Option.VERSION)) {
            return Settings.Action.SHOW_VERSION;
        }
        return has(parsed, Option.CHECK) ? Settings.Action.CHECK : Settings.Action.TRACE;
    }

    static boolean has(ParseResult parsed, Option option) {
        return parsed.hasMatchedOption(option.anyName());
    }

    private static String value(ParseResult parsed, Option option) {
        return value(parsed, option, null);
    }

    static String value(ParseResult parsed, Option option, String otherwise) {
        return parsed.matchedOptionValue(option.anyName(), otherwise);
    }

    /** How often a flag was given, as in -qq. */
    static int times(ParseResult parsed, Option flag) {
        OptionSpec option = parsed.matchedOption(flag.anyName());
        return option == null ? 0 : option.originalStringValues().size();
    }

    static List<String> values(ParseResult parsed, Option repeated) {
        return parsed.matchedOptionValue(repeated.anyName(), List.of());
    }

    /** The values of -e of one kind, as "trace="; that kind may be left out. Anything else is refused. */
    static List<String> expressions(ParseResult parsed, String kind) throws UserError {
        List<String> found = new ArrayList<>();
        for (String text : values(parsed, Option.TRACE)) {
            int end = text.indexOf('=') + 1;
            String prefix = end == 0 ? EXPRESSIONS.get(0) : text.substring(0, end);
            if (!EXPRESSIONS.contains(prefix)) {
                throw UserError.usage("-e " + Printable.argument(prefix) + ": only " + String.join(", ", EXPRESSIONS)
                        + " are for accept4");
            }
            if (prefix.equals(kind)) {
                found.add(text.substring(end));
            }
        }
        return found;
    }

    /** A port is a target in itself: whoever listens there, now or later. */
    static boolean isAll(ParseResult parsed) {
        boolean targetNamed = has(parsed, Option.ATTACH) || parsed.hasMatchedPositional(0);
        return has(parsed, Option.ALL) || (has(parsed, Option.PORT) && !targetNamed);
    }

    private static int netnsOf(ParseResult parsed) throws UserError {
        String text = value(parsed, Option.NETNS);
        return text == null ? 0 : (int) Quantities.positive("--netns", text, Integer.MAX_VALUE);
    }

    /** As strace: separated by commas, blanks or line ends, so that -p "$(pidof nginx)" works. */
    private static List<Integer> pids(ParseResult parsed) throws UserError {
        Set<Integer> pids = new LinkedHashSet<>();
        for (String text : values(parsed, Option.ATTACH)) {
            int before = pids.size();
            StringTokenizer words = new StringTokenizer(text, ", \t\n\u000b\f\r");
            while (words.hasMoreTokens()) {
                pids.add((int) Quantities.positive("-p", words.nextToken(), Integer.MAX_VALUE));
            }
            if (pids.size() == before && text.isBlank()) {
                throw UserError.usage("-p: no process id in '" + Printable.argument(text) + "'");
            }
        }
        return List.copyOf(pids);
    }

    private static long count(ParseResult parsed) throws UserError {
        String text = value(parsed, Option.COUNT);
        return text == null ? 0 : Quantities.positive("--count", text, Long.MAX_VALUE);
    }

    private static SummaryMode summary(ParseResult parsed) throws UserError {
        boolean only = has(parsed, Option.SUMMARY_ONLY);
        if (only && has(parsed, Option.SUMMARY)) {
            throw UserError.usage("-c and -C exclude each other");
        }
        if (only || (has(parsed, Option.INTERVAL) && !has(parsed, Option.SUMMARY))) {
            return SummaryMode.ONLY;
        }
        return has(parsed, Option.SUMMARY) ? SummaryMode.ALSO : SummaryMode.NONE;
    }

    private static boolean stacks(ParseResult parsed, Format format) throws UserError {
        boolean wanted = has(parsed, Option.STACK);
        if (wanted && format == Format.COLUMNS) {
            throw UserError.usage("--stack shows lines below each call, which --format=columns has no room for");
        }
        return wanted;
    }

    private static int ringBytes(ParseResult parsed) throws UserError {
        String text = value(parsed, Option.BUFFER);
        if (text != null) {
            return Quantities.ringBytes(text);
        }
        if (has(parsed, Option.STACK)) {
            return RING_BYTES_WITH_STACKS;
        }
        return has(parsed, Option.DIAGNOSE) ? Diagnosing.RING_BYTES : RING_BYTES;
    }

    private static long interval(ParseResult parsed) throws UserError {
        String text = value(parsed, Option.INTERVAL);
        return text == null ? 0 : Quantities.duration("--interval", text);
    }

    private static boolean live(ParseResult parsed) throws UserError {
        boolean live = has(parsed, Option.LIVE);
        if (live && summary(parsed) != SummaryMode.NONE) {
            throw UserError.usage("--live excludes -c, -C and --interval");
        }
        if (live && parsed.hasMatchedPositional(0)) {
            throw new UserError(
                    ExitStatus.USAGE,
                    "--live and a command would both write to the terminal",
                    "start the command elsewhere, and name it with -p");
        }
        if (live && has(parsed, Option.FORMAT) && !has(parsed, Option.OUTPUT)) {
            throw UserError.usage("--live shows no lines: --format needs -o FILE with it");
        }
        return live;
    }

    private static long duration(ParseResult parsed) throws UserError {
        String text = value(parsed, Option.DURATION);
        return text == null ? 0 : Quantities.duration("--duration", text);
    }

    private static void checkTargets(Settings settings) throws UserError {
        if (settings.action() != Settings.Action.TRACE) {
            return;
        }
        int kinds = (settings.all() ? 1 : 0)
                + (settings.pids().isEmpty() ? 0 : 1)
                + (settings.command().isEmpty() ? 0 : 1);
        if (kinds > 1) {
            throw UserError.usage("-p, --all and a command exclude each other");
        }
        if (kinds == 0) {
            throw new UserError(ExitStatus.USAGE, "no process to trace", String.join("\n      ", Help.SYNOPSIS));
        }
    }
}
