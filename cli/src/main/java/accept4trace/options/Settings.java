package accept4trace.options;

import accept4trace.capture.CallFilter;
import accept4trace.capture.CallFilter.Call;
import accept4trace.capture.Probe;
import accept4trace.format.TextOptions;
import accept4trace.format.columns.Field;
import accept4trace.format.tables.SortKey;
import accept4trace.outcome.UserError;
import accept4trace.trigger.TriggerSettings;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The settings of a run. Each part takes its values from the command line. */
public record Settings(
        Task task, Target target, Selection selection, Output output, Report report, Capture capture, Session session) {
    public static final long NO_LIMIT = Long.MAX_VALUE;

    /** The kinds of run. */
    public enum Action {
        TRACE,
        READ,
        SHOW_QUEUES,
        CHECK,
        SHOW_COMPLETION,
        SHOW_HELP,
        SHOW_SHORT_HELP,
        SHOW_VERSION
    }

    /**
     * What to do.
     *
     * @param shell the shell of SHOW_COMPLETION, null for other actions
     */
    public record Task(Action action, @Nullable Shell shell) {
        static Task of(Given given) throws UserError {
            if (given.has(Option.HELP)) {
                return new Task(Action.SHOW_HELP, null);
            }
            if (given.has(Option.SHORT_HELP)) {
                return new Task(Action.SHOW_SHORT_HELP, null);
            }
            if (given.has(Option.VERSION)) {
                return new Task(Action.SHOW_VERSION, null);
            }
            if (given.has(Option.CHECK)) {
                return new Task(Action.CHECK, null);
            }
            if (given.has(Option.COMPLETION)) {
                return new Task(Action.SHOW_COMPLETION, given.word(Option.COMPLETION, Shell.class));
            }
            if (given.has(Option.QUEUE)) {
                return new Task(Action.SHOW_QUEUES, null);
            }
            return new Task(given.has(Option.READ) ? Action.READ : Action.TRACE, null);
        }
    }

    /**
     * The processes to trace.
     *
     * @param pids process or thread ids in the order given, without duplicates
     * @param names names of processes in the order given, without duplicates; one character per byte
     * @param all trace every process that passes the filters
     * @param command a command to start and trace, with its arguments; empty = none
     * @param follow trace children, too
     */
    public record Target(
            List<Integer> pids,
            List<String> names,
            boolean all,
            List<String> command,
            boolean follow,
            Running running) {
        static Target of(Given given) throws UserError {
            AttachOption attach = new AttachOption(given);
            return new Target(
                    attach.ids(),
                    attach.names(),
                    Arguments.tracesAllProcesses(given),
                    given.command(),
                    given.has(Option.FOLLOW) || given.has(Option.DIAGNOSE),
                    Running.of(given));
        }
    }

    /**
     * How a command runs.
     *
     * @param user user that the command runs as; null = the invoking user
     * @param killOnExit kill the command when the trace ends
     * @param bareWord the command is a single word without -- before it, so the word may be meant as the name of a
     *     process
     */
    public record Running(@Nullable String user, boolean killOnExit, boolean bareWord) {
        static Running of(Given given) {
            return new Running(
                    given.text(Option.USER),
                    given.has(Option.KILL_ON_EXIT),
                    given.hasBareCommand() && given.command().size() == 1);
        }
    }

    /**
     * The calls to show.
     *
     * @param filter without uid and netns, which are looked up later
     * @param uid user to filter by, a name or a number, or null
     * @param netnsOf process whose network namespace to filter by, 0 = none
     * @param target describes the filters of {@link FilterTarget}; empty = none
     * @param requirements what the options require of the selected kinds of calls; the kinds on the command line meet
     *     the requirements, those of a recording need not
     */
    public record Selection(
            CallFilter filter, @Nullable String uid, int netnsOf, String target, List<CallRequirement> requirements) {
        static Selection of(Given given, DiagnosisOptions diagnosis) throws UserError {
            CallFilter filter = new Filters(given).parse();
            List<CallRequirement> requirements = CallRequirement.of(given);
            for (CallRequirement requirement : requirements) {
                if (!requirement.isMetBy(filter.calls())) {
                    throw UserError.usage(requirement.text() + " in -e trace=");
                }
            }
            return new Selection(
                    diagnosis.filter(filter),
                    Quantities.user(given.typed(Option.UID), given.text(Option.UID)),
                    (int) given.positive(Option.NETNS, Integer.MAX_VALUE, 0),
                    FilterTarget.describe(given),
                    requirements);
        }

        private Selection with(Set<Call> calls) {
            return new Selection(filter.withCalls(calls), uid, netnsOf, target, requirements);
        }
    }

    /**
     * The destination and the contents of lines.
     *
     * @param path a file, or a shell command after '|' or '!'; null = stdout, or stderr if a command is traced
     * @param append append to the file
     * @param text the contents of a line of text
     * @param fields columns, in order; empty = those that fit the terminal
     * @param folding fold runs of equal failing lines
     */
    public record Output(
            @Nullable String path,
            boolean append,
            Format format,
            TextOptions text,
            List<Field> fields,
            boolean folding,
            ColorWhen color) {
        private Output withWorkloads(boolean workloads) {
            TextOptions lines = new TextOptions(
                    text.comms(), text.verbose(), text.fds(), text.times(), text.column(), text.ends(), workloads);
            return new Output(path, append, format, lines, fields, folding, color);
        }

        /** Whether the output for each call contains the caller's cgroup, container or unit. */
        boolean hasCgroups() {
            return switch (format) {
                case RAW, JSON -> true;
                case TEXT -> text.verbose() || text.workloads();
                case COLUMNS -> fields.contains(Field.CONTAINER) || fields.contains(Field.UNIT);
                case STRACE, PERFETTO -> false;
            };
        }

        static Output of(Given given, CommandLineFacts facts) throws UserError {
            LineOptions lines = new LineOptions(given, facts.format());
            return new Output(
                    given.text(Option.OUTPUT),
                    given.has(Option.APPEND),
                    facts.format(),
                    lines.options(),
                    lines.fields(),
                    !given.has(Option.NO_FOLD),
                    given.word(Option.COLOR, ColorWhen.class));
        }
    }

    /**
     * Output in addition to lines, or instead of them.
     *
     * @param sortKey sort order of the first table of a summary
     * @param intervalNs interval between summaries, 0 = none
     * @param live a full-screen view instead of lines
     * @param diagnose findings at the end instead of lines
     * @param failOn the findings that change the exit status
     * @param failIfStuck connections that wait for long change the exit status
     */
    public record Report(
            SummaryMode summary,
            SortKey sortKey,
            long intervalNs,
            boolean live,
            boolean diagnose,
            FailOn failOn,
            boolean failIfStuck) {
        static Report of(Given given, CommandLineFacts facts, DiagnosisOptions diagnosis) throws UserError {
            return new Report(
                    facts.summary(),
                    given.word(Option.SORT_BY, SortKey.class),
                    given.time(Option.INTERVAL, 0),
                    given.has(Option.LIVE),
                    diagnosis.isWanted(),
                    diagnosis.failOn(),
                    given.has(Option.QUEUE) && given.has(Option.FAIL_ON));
        }
    }

    /**
     * The settings of the kernel side.
     *
     * @param ringBytes size of the ring buffer, a power of two
     * @param stacks record user stacks
     * @param cgroups read the cgroup of each caller
     * @param debug print libbpf's messages and the choice of hooks to stderr
     */
    public record Capture(Probe probe, int ringBytes, boolean stacks, boolean cgroups, boolean debug) {
        private static final int RING_BYTES = 4 << 20;
        /** A record with a stack is much larger. */
        private static final int RING_BYTES_WITH_STACKS = 32 << 20;

        static Capture of(Given given, CommandLineFacts facts, Output output) throws UserError {
            return new Capture(
                    given.word(Option.PROBE, Probe.class),
                    ringBytes(given),
                    given.has(Option.STACK),
                    facts.showsCalls() && output.hasCgroups(),
                    given.has(Option.DEBUG));
        }

        private static int ringBytes(Given given) throws UserError {
            String text = given.text(Option.BUFFER);
            if (text != null) {
                return Quantities.ringBytes(text);
            }
            if (given.has(Option.STACK)) {
                return RING_BYTES_WITH_STACKS;
            }
            return given.has(Option.DIAGNOSE) ? DiagnosisOptions.RING_BYTES : RING_BYTES;
        }
    }

    /**
     * A recording to show.
     *
     * @param path a file, "-" for stdin, or null
     * @param kinds which of the recorded kinds of calls to show
     */
    public record Reading(@Nullable String path, Kinds kinds) {
        public enum Kinds {
            /** All, because there is no -e. */
            ALL,
            /** What -e does not exclude, and the events that it names: it contains "all" or begins with '!'. */
            NOT_EXCLUDED,
            /** Those that -e names. */
            NAMED
        }

        static Reading of(Given given) throws UserError {
            return new Reading(given.text(Option.READ), kinds(Arguments.expressions(given, "trace=")));
        }

        /** Only the last expression counts. */
        private static Kinds kinds(List<String> expressions) {
            if (expressions.isEmpty()) {
                return Kinds.ALL;
            }
            String last = expressions.get(expressions.size() - 1);
            boolean all = List.of(last.split(",", -1)).contains("all");
            return all || last.startsWith("!") ? Kinds.NOT_EXCLUDED : Kinds.NAMED;
        }
    }

    /**
     * Returns the settings with these kinds of calls.
     *
     * @param workloads also show the container and the systemd unit of each process in lines
     */
    public Settings with(Set<Call> calls, boolean workloads) {
        return new Settings(
                task,
                target,
                selection.with(calls),
                output.withWorkloads(workloads || output.text.workloads()),
                report,
                capture,
                session);
    }

    /**
     * The end of the run, and its behavior until then.
     *
     * @param count number of calls after which to end, or NO_LIMIT
     * @param durationNs time after which to end, or NO_LIMIT
     * @param quiet print only notices that must not be missed
     * @param strict lost events change the exit status
     * @param resolve look up host names of peers
     * @param reading the recording to show
     * @param trigger shows only windows around triggers; null to show everything
     */
    public record Session(
            long count,
            long durationNs,
            boolean quiet,
            boolean strict,
            boolean resolve,
            Reading reading,
            @Nullable TriggerSettings trigger) {
        static Session of(Given given, DiagnosisOptions diagnosis, CallFilter filter) throws UserError {
            return new Session(
                    given.positive(Option.COUNT, Long.MAX_VALUE, NO_LIMIT),
                    diagnosis.isWanted() ? diagnosis.durationNs() : given.timeOrZero(Option.DURATION, NO_LIMIT),
                    given.has(Option.QUIET),
                    given.has(Option.STRICT),
                    given.has(Option.RESOLVE),
                    Reading.of(given),
                    new TriggerOptions(given).settings(filter));
        }
    }
}
