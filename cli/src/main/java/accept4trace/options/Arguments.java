package accept4trace.options;

import accept4trace.outcome.ExitStatus;
import accept4trace.outcome.UserError;
import accept4trace.text.Printable;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Parses the command line. */
public final class Arguments {
    private static final List<String> EXPRESSIONS = List.of("trace=", "status=", "decode-fds=");

    private Arguments() {}

    public static Settings parse(String... args) throws UserError {
        Given given = new Given(parsed(args));
        if (given.times(Option.FOLLOW) > 1) {
            throw unknown("-ff");
        }
        Settings.Task task = Settings.Task.of(given);
        CommandLineFacts facts = new CommandLineFacts(given);
        switch (task.action()) {
            case TRACE -> {
                checkBareNumber(given);
                checkTargets(given);
                RecordingOptions.checkWriting(given, facts);
                PerfettoOptions.check(given, facts);
                facts.check();
            }
            case READ -> {
                RecordingOptions.checkReading(given);
                PerfettoOptions.check(given, facts);
                facts.check();
            }
            case SHOW_QUEUES -> QueueOptions.check(given, facts);
            case CHECK -> requireAlone(given, Option.CHECK);
            case SHOW_COMPLETION -> {
                facts.checkOnce();
                requireAlone(given, Option.COMPLETION);
            }
            case SHOW_HELP, SHOW_SHORT_HELP, SHOW_VERSION -> {}
        }
        DiagnosisOptions diagnosis = new DiagnosisOptions(given, facts.format());
        Settings.Selection selection = Settings.Selection.of(given, diagnosis);
        Settings.Output output = Settings.Output.of(given, facts);
        return new Settings(
                task,
                Settings.Target.of(given),
                selection,
                output,
                Settings.Report.of(given, facts, diagnosis),
                Settings.Capture.of(given, facts, output),
                Settings.Session.of(given, diagnosis, selection.filter()));
    }

    /** Registers only the options on the command line, because registering all takes a tenth of the start-up time. */
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
        if (option.declaration().isRepeatable()) {
            builder.type(List.class).auxiliaryTypes(String.class).arity("1");
        } else if (option.declaration().isValueOptional()) {
            builder.type(String.class).arity("0..1").fallbackValue(Given.NO_VALUE);
        } else if (option.takesValue()) {
            builder.type(String.class).arity("1");
        } else {
            builder.type(boolean.class).arity("0");
        }
        return builder.paramLabel(option.argument()).build();
    }

    private static ParseResult parsed(String... args) throws UserError {
        try {
            /* Flags can be repeated as in strace, e.g. -qq. */
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
            throw UserError.usage(Printable.argument(lowerFirst(String.valueOf(e.getMessage()))));
        }
    }

    private static UserError unknown(String argument) {
        String what = "'" + Printable.argument(argument) + "'";
        String advice = StraceOptions.advice(argument);
        return advice == null
                ? UserError.usage("unknown option " + what)
                : new UserError(ExitStatus.USAGE, "strace's option " + what + " is not supported", advice);
    }

    private static String missingValue(MissingParameterException e) {
        ArgSpec option = e.getMissing().get(0);
        return String.join(", ", ((OptionSpec) option).names()) + " needs a value: " + option.paramLabel();
    }

    private static String lowerFirst(String sentence) {
        return Character.toLowerCase(sentence.charAt(0)) + sentence.substring(1);
    }

    /** Returns the values of -e with this prefix. The default prefix is "trace=". Refuses unknown prefixes. */
    static List<String> expressions(Given given, String kind) throws UserError {
        List<String> found = new ArrayList<>();
        for (String text : given.texts(Option.TRACE)) {
            int end = text.indexOf('=') + 1;
            String prefix = end == 0 ? EXPRESSIONS.get(0) : text.substring(0, end);
            if (!EXPRESSIONS.contains(prefix)) {
                throw UserError.usage(given.typed(Option.TRACE) + " " + Printable.argument(prefix) + ": only "
                        + String.join(", ", EXPRESSIONS) + " are supported");
            }
            if (prefix.equals(kind)) {
                found.add(text.substring(end));
            }
        }
        return found;
    }

    /** Returns whether to trace all processes that pass the filters. */
    static boolean tracesAllProcesses(Given given) {
        boolean targetNamed = given.has(Option.ATTACH) || given.has(Option.READ) || given.hasCommand();
        return given.has(Option.ALL) || (!targetNamed && FilterTarget.isGiven(given));
    }

    private static void requireAlone(Given given, Option option) throws UserError {
        for (Option other : Option.values()) {
            if (other != option && given.has(other)) {
                throw UserError.usage(given.typed(option) + " cannot be used with " + given.typed(other));
            }
        }
        if (given.hasCommand()) {
            throw UserError.usage(given.typed(option) + " takes no COMMAND");
        }
    }

    /** Refuses a COMMAND that is a number without -- before it, because it is more likely meant as a process id. */
    private static void checkBareNumber(Given given) throws UserError {
        if (given.hasBareCommand() && given.command().get(0).matches("[0-9]+")) {
            String number = given.command().get(0);
            throw new UserError(
                    ExitStatus.USAGE,
                    "'" + number + "' is a number, not a command",
                    "-p " + number + " traces the process with this id, and -- " + number
                            + " runs a command of this name");
        }
    }

    private static void checkTargets(Given given) throws UserError {
        if (given.has(Option.LIVE) && given.hasCommand()) {
            throw new UserError(
                    ExitStatus.USAGE,
                    "--live and a command would both write to the terminal",
                    "start the command in another terminal, and trace it with -p");
        }
        long kinds = Stream.of(tracesAllProcesses(given), given.has(Option.ATTACH), given.hasCommand())
                .filter(named -> named)
                .count();
        if (kinds > 1) {
            throw UserError.usage("-p, --all and a command cannot be combined");
        }
        if (kinds == 0) {
            throw withoutTarget(given);
        }
    }

    private static UserError withoutTarget(Given given) {
        return Stream.of(Option.values())
                .filter(option -> option.group() == Option.Group.FILTERS && given.has(option))
                .findFirst()
                .map(filter -> new UserError(
                        ExitStatus.USAGE,
                        "no process to trace, only the filter " + given.typed(filter),
                        "add --all, -p PID or a command"))
                .orElseGet(() ->
                        new UserError(ExitStatus.USAGE, "no process to trace", String.join("\n      ", Help.SYNOPSIS)));
    }
}
