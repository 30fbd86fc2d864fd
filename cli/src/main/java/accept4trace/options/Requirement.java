package accept4trace.options;

import java.util.function.Predicate;

/** What the command line must contain for an option to have an effect. Otherwise, the option is refused. */
enum Requirement {
    NOTHING("", run -> true),
    NAMED_TARGETS(
            "-p or a COMMAND; --all and filters without them trace every process", run -> !run.tracesAllProcesses()),
    COMMAND("a COMMAND", CommandLineFacts::hasCommand),
    FILE("-o FILE", CommandLineFacts::writesToPlainFile),
    FORMATTED_OUTPUT("-o FILE with --live, which shows no lines", run -> !run.isLive() || run.hasOutput()),
    TEXT_OR_STRACE_LINES(
            "lines in text or strace's format",
            run -> run.showsCalls() && (run.format() == Format.TEXT || run.format() == Format.STRACE)),
    TEXT_LINES("lines in the text format", run -> run.showsCalls() && run.format() == Format.TEXT),
    LINES("lines of calls", CommandLineFacts::showsCalls),
    TRIGGER("--trigger", CommandLineFacts::hasTrigger),
    COLUMNS("lines in --format=columns", run -> run.showsCalls() && run.format() == Format.COLUMNS),
    LINES_WITH_ROOM(
            "lines of calls in a format other than columns and perfetto",
            run -> run.showsCalls() && run.format() != Format.COLUMNS && run.format() != Format.PERFETTO),
    PEER_NAMES(
            "a summary, or lines in a format other than strace",
            run -> run.hasSummary() || (run.showsCalls() && run.format() != Format.STRACE)),
    COLOURS(
            "a format other than json, perfetto and raw",
            run -> run.isLive()
                    || (run.format() != Format.JSON && run.format() != Format.PERFETTO && run.format() != Format.RAW)),
    SUMMARY("a summary: -c, -C or --interval", CommandLineFacts::hasSummary),
    TABLES("the tables of -c, -C or --interval", run -> run.hasSummary() && run.format() != Format.JSON),
    DIAGNOSIS("--diagnose", CommandLineFacts::isDiagnosis);

    private final String text;
    private final Predicate<CommandLineFacts> predicate;

    Requirement(String text, Predicate<CommandLineFacts> predicate) {
        this.text = text;
        this.predicate = predicate;
    }

    /** Returns the text after "requires" in the error message. */
    String text() {
        return text;
    }

    boolean isMetBy(CommandLineFacts run) {
        return predicate.test(run);
    }
}
