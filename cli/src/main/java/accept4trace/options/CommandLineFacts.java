package accept4trace.options;

import accept4trace.outcome.UserError;

/** Facts about the whole command line. Checks that its options can be combined and have an effect. */
final class CommandLineFacts {
    private final Given given;
    private final Format format;
    private final SummaryMode summary;

    CommandLineFacts(Given given) throws UserError {
        this.given = given;
        this.format = given.word(Option.FORMAT, Format.class);
        this.summary = SummaryMode.of(given);
    }

    Format format() {
        return format;
    }

    SummaryMode summary() {
        return summary;
    }

    boolean tracesAllProcesses() {
        return Arguments.tracesAllProcesses(given);
    }

    boolean hasCommand() {
        return given.hasCommand();
    }

    boolean hasOutput() {
        return given.has(Option.OUTPUT);
    }

    boolean writesToPlainFile() {
        String output = given.text(Option.OUTPUT);
        return output != null && !output.startsWith("|") && !output.startsWith("!");
    }

    boolean isLive() {
        return given.has(Option.LIVE);
    }

    boolean hasTrigger() {
        return given.has(Option.TRIGGER);
    }

    boolean isDiagnosis() {
        return given.has(Option.DIAGNOSE);
    }

    boolean hasSummary() {
        return summary != SummaryMode.NONE;
    }

    /** Returns whether each call is written as a line or record. */
    boolean showsCalls() {
        return (!isLive() || hasOutput()) && !isDiagnosis() && summary != SummaryMode.ONLY;
    }

    /** Refuses contradictions, values that would be overwritten, and options that would have no effect. */
    void check() throws UserError {
        for (Option option : Option.values()) {
            if (given.has(option)) {
                checkOnce(option);
                checkExcluded(option);
                checkRequirement(option);
            }
        }
    }

    /** Refuses values that would be overwritten. */
    void checkOnce() throws UserError {
        for (Option option : Option.values()) {
            if (given.has(option)) {
                checkOnce(option);
            }
        }
    }

    private void checkOnce(Option option) throws UserError {
        boolean single = option.takesValue() && !option.declaration().isRepeatable();
        if (single && given.times(option) > 1) {
            throw UserError.usage(given.typed(option) + " can be given only once");
        }
        if (given.isNamed(option) && given.isExpression(option)) {
            throw UserError.usage(given.typed(option) + " cannot be used with " + given.expression(option));
        }
    }

    private void checkExcluded(Option option) throws UserError {
        for (String name : option.declaration().excluded()) {
            Option excluded = Option.named(name);
            if (given.has(excluded)) {
                throw UserError.usage(given.typed(excluded) + " cannot be used with " + given.typed(option));
            }
        }
    }

    private void checkRequirement(Option option) throws UserError {
        Requirement requirement = option.declaration().requirement();
        if (!requirement.isMetBy(this)) {
            throw UserError.usage(given.typed(option) + " requires " + requirement.text());
        }
    }
}
