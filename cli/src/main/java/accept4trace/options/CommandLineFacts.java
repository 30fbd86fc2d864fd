package accept4trace.options;

import accept4trace.outcome.UserError;
import picocli.CommandLine.ParseResult;

/** What a command line asks for as a whole, and whether each of its options has an effect there. */
final class CommandLineFacts {
    private final ParseResult parsed;
    private final Format format;
    private final SummaryMode summary;

    CommandLineFacts(ParseResult parsed, Format format, SummaryMode summary) {
        this.parsed = parsed;
        this.format = format;
        this.summary = summary;
    }

    Format format() {
        return format;
    }

    boolean isAll() {
        return Arguments.isAll(parsed);
    }

    boolean hasCommand() {
        return parsed.hasMatchedPositional(0);
    }

    boolean writesFile() {
        String output = Arguments.value(parsed, Option.OUTPUT, null);
        return output != null && !output.startsWith("|") && !output.startsWith("!");
    }

    boolean isLive() {
        return Arguments.has(parsed, Option.LIVE);
    }

    boolean isDiagnosis() {
        return Arguments.has(parsed, Option.DIAGNOSE);
    }

    boolean hasSummary() {
        return summary != SummaryMode.NONE;
    }

    /** Returns whether a line or a record of each call is written. */
    boolean showsCalls() {
        boolean lines = !isLive() || Arguments.has(parsed, Option.OUTPUT);
        return lines && !isDiagnosis() && summary != SummaryMode.ONLY;
    }

    /** Refuses values that would be overwritten, and options that would have no effect. */
    void check() throws UserError {
        for (Option option : Option.values()) {
            if (Arguments.has(parsed, option)) {
                checkOnce(option);
                checkRequirement(option);
            }
        }
    }

    private void checkOnce(Option option) throws UserError {
        if (option.takesValue() && !option.addsUp() && Arguments.times(parsed, option) > 1) {
            throw UserError.usage(typed(option) + " can be given only once");
        }
    }

    private void checkRequirement(Option option) throws UserError {
        if (!option.requirement().isMetBy(this)) {
            throw UserError.usage(
                    typed(option) + " requires " + option.requirement().text());
        }
    }

    /** Returns the name as it is on the command line; a flag in a cluster, as in -fq, by its short name. */
    private String typed(Option option) {
        for (String word : parsed.originalArgs()) {
            for (String name : option.names()) {
                if (word.equals(name) || word.startsWith(name + "=") || word.matches(name + name.substring(1) + "+")) {
                    return word.startsWith(name + "=") ? name : word;
                }
            }
        }
        return option.names().get(0);
    }
}
