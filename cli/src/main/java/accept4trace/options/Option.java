package accept4trace.options;

import static accept4trace.options.Declaration.in;

import accept4trace.capture.CallFilter.Call;
import accept4trace.capture.CallFilter.Status;
import accept4trace.capture.Probe;
import accept4trace.diagnose.Finding.Kind;
import accept4trace.event.AddressFamily;
import accept4trace.format.FdDecoding;
import accept4trace.format.columns.Field;
import accept4trace.format.tables.SortKey;
import accept4trace.options.Declaration.Completion;
import java.util.Arrays;
import java.util.List;

/** The table of options, used by the parser, the help, the completions and the checks of combinations. */
public enum Option {
    ATTACH(in(Group.TARGETS)
            .named("-p", "--attach")
            .takes("PID|NAME[,...]")
            .repeatable()
            .completes(Completion.PROCESSES)
            .help("trace all threads of processes, by id or name")),
    ALL(in(Group.TARGETS).named("--all").help("trace all processes of the machine")),
    FOLLOW(in(Group.TARGETS)
            .named("-f", "--follow-forks")
            .requires(Requirement.NAMED_TARGETS)
            .common()
            .help("also trace children, running and future ones")),
    READ(in(Group.TARGETS)
            .named("--read")
            .takes("FILE")
            .completes(Completion.FILES)
            .help("show a recording of --format=raw; - is stdin")),
    USER(in(Group.TARGETS)
            .named("-u", "--user")
            .takes("USER")
            .completes(Completion.USERS)
            .requires(Requirement.COMMAND)
            .help("run COMMAND as USER")),
    KILL_ON_EXIT(in(Group.TARGETS)
            .named("--kill-on-exit")
            .requires(Requirement.COMMAND)
            .help("kill COMMAND when the trace ends")),

    FORMAT(in(Group.OUTPUT)
            .named("--format")
            .takes("FORMAT")
            .words(Format.class)
            .byDefault("text")
            .requires(Requirement.FORMATTED_OUTPUT)
            .common()
            .help("{words}")),
    FIELDS(in(Group.OUTPUT)
            .named("--fields")
            .takes("FIELD[,FIELD...]")
            .words(Field.class)
            .requires(Requirement.COLUMNS)
            .help("columns to print, e.g. time,pid,peer,wait")),
    OUTPUT(in(Group.OUTPUT)
            .named("-o", "--output")
            .takes("FILE")
            .completes(Completion.FILES)
            .common()
            .help("write to FILE or, with '|CMD', to a command")),
    APPEND(in(Group.OUTPUT)
            .named("-A", "--output-append-mode")
            .requires(Requirement.FILE)
            .help("append to the output file")),
    TIMESTAMPS(in(Group.OUTPUT)
            .named("-t", "--absolute-timestamps")
            .requires(Requirement.TEXT_OR_STRACE_LINES)
            .common()
            .help("print times; -tt microseconds, -ttt since 1970")),
    RELATIVE(in(Group.OUTPUT)
            .named("-r", "--relative-timestamps")
            .requires(Requirement.TEXT_OR_STRACE_LINES)
            .help("print the time since the previous call began")),
    SYSCALL_TIMES(in(Group.OUTPUT)
            .named("-T", "--syscall-times")
            .requires(Requirement.TEXT_OR_STRACE_LINES)
            .help("print how long calls took (always with text)")),
    COMMS(in(Group.OUTPUT)
            .named("-Y")
            .requires(Requirement.TEXT_OR_STRACE_LINES)
            .help("print thread names (always with text)")),
    NO_DURATION(in(Group.OUTPUT)
            .named("--no-duration")
            .requires(Requirement.TEXT_OR_STRACE_LINES)
            .excludes("-T")
            .help("do not print how long calls took")),
    NO_COMM(in(Group.OUTPUT)
            .named("--no-comm")
            .requires(Requirement.TEXT_OR_STRACE_LINES)
            .excludes("-Y")
            .help("do not print thread names")),
    PATHS(in(Group.OUTPUT)
            .named("-y")
            .requires(Requirement.TEXT_OR_STRACE_LINES)
            .excludes("--decode-fds")
            .help("print paths of descriptors; -yy also addresses of sockets (the default)")),
    DECODE_FDS(in(Group.OUTPUT)
            .named("--decode-fds")
            .alsoExpression("decode-fds=")
            .takes("SET")
            .words(FdDecoding.class)
            .requires(Requirement.TEXT_OR_STRACE_LINES)
            .help("what to print about descriptors: all, none, {words}")),
    COLUMN(in(Group.OUTPUT)
            .named("-a", "--columns")
            .takes("COLUMN")
            .requires(Requirement.TEXT_OR_STRACE_LINES)
            .help("align results at COLUMN (default: text 0, strace 40)")),
    NO_FOLD(in(Group.OUTPUT)
            .named("--no-fold")
            .requires(Requirement.TEXT_LINES)
            .help("print repeated failing calls one by one")),
    VERBOSE(in(Group.OUTPUT)
            .named("-v", "--verbose")
            .requires(Requirement.TEXT_LINES)
            .help("also print socket options, network namespace and cgroup")),
    STACK(in(Group.OUTPUT)
            .named("-k", "--stack")
            .requires(Requirement.LINES_WITH_ROOM)
            .help("print the call stack below each line, like strace -k")),
    RESOLVE(in(Group.OUTPUT)
            .named("--resolve")
            .requires(Requirement.PEER_NAMES)
            .help("print host names of peers once they are known")),
    COLOR(in(Group.OUTPUT)
            .named("--color")
            .takes("WHEN")
            .words(ColorWhen.class)
            .byDefault("auto")
            .requires(Requirement.COLOURS)
            .help("use colors: {words} (default: {default})")),
    QUIET(in(Group.OUTPUT)
            .named("-q", "--quiet")
            .help("omit hints and notices about attaching; -qq also omits process exits")),

    TRACE(in(Group.FILTERS)
            .named("-e", "--trace")
            .takes("SET")
            .repeatable()
            .words(Call.class)
            .byDefault("accept4,accept")
            .common()
            .help("{words} (default: {default})")),
    PORT(in(Group.FILTERS)
            .named("--port")
            .takes("PORT[-PORT][,...]")
            .repeatable()
            .common()
            .help("listeners bound to one of these ports")),
    LISTENER(in(Group.FILTERS)
            .named("--listener")
            .takes("ADDR[:PORT]|PATH|@NAME")
            .repeatable()
            .help("listeners bound to this address; repeatable")),
    PEER(in(Group.FILTERS)
            .named("--peer")
            .takes("NETWORK")
            .repeatable()
            .common()
            .help("connections from ADDR or ADDR/BITS; repeatable")),
    FD(in(Group.FILTERS).named("--fd").takes("FD[,...]").repeatable().help("calls on one of these file descriptors")),
    COMM(in(Group.FILTERS)
            .named("--comm")
            .takes("NAME")
            .repeatable()
            .help("threads or processes with this name; repeatable")),
    UID(in(Group.FILTERS)
            .named("--uid")
            .takes("USER")
            .completes(Completion.USERS)
            .help("processes of this user (name or number)")),
    CGROUP(in(Group.FILTERS).named("--cgroup").takes("PATH").help("processes in this cgroup or below")),
    NETNS(in(Group.FILTERS)
            .named("--netns")
            .takes("PID")
            .completes(Completion.PIDS)
            .help("listeners in the network namespace of PID")),
    FAMILY(in(Group.FILTERS)
            .named("--family")
            .takes("FAMILY")
            .words(AddressFamily.words())
            .help("address family: {words} or a number")),
    STATUS(in(Group.FILTERS)
            .named("--status")
            .alsoExpression("status=")
            .takes("SET")
            .repeatable()
            .words(Status.class)
            .help("results: {words}, all, none")),
    SUCCESSFUL_ONLY(in(Group.FILTERS)
            .named("-z", "--successful-only")
            .excludes("-Z", "--status")
            .help("only successful calls")),
    FAILED_ONLY(
            in(Group.FILTERS).named("-Z", "--failed-only").excludes("--status").help("only failed calls")),
    MIN_DURATION(in(Group.FILTERS).named("--min-duration").takes("TIME").help("calls that took at least TIME")),
    MIN_WAIT(
            in(Group.FILTERS).named("--min-wait").takes("TIME").common().help("connections that waited at least TIME")),

    COUNT(in(Group.ENDS).named("--count").takes("N").help("end after N calls")),
    DURATION(
            in(Group.ENDS).named("--duration").takes("TIME").common().help("end after TIME: 10s, 1.5s, 500ms, 2m, 1h")),

    TRIGGER(in(Group.TRIGGERS)
            .named("--trigger")
            .takes("COND[,...]")
            .repeatable()
            .words("wait=", "error=", "refused", "queue=", "stuck")
            .requires(Requirement.LINES)
            .excludes("-C", "--interval", "--live", "--count")
            .common()
            .help("print only what was around this: wait=TIME, error=NAME, refused, queue=N%, stuck")),
    BEFORE(in(Group.TRIGGERS)
            .named("--before")
            .takes("TIME")
            .requires(Requirement.TRIGGER)
            .help("time before a trigger (default: 5s)")),
    AFTER(in(Group.TRIGGERS)
            .named("--after")
            .takes("TIME")
            .requires(Requirement.TRIGGER)
            .help("time after a trigger (default: 2s)")),
    TRIGGERS(in(Group.TRIGGERS)
            .named("--triggers")
            .takes("N")
            .requires(Requirement.TRIGGER)
            .help("end after N triggers (default: 1)")),
    HISTORY(in(Group.TRIGGERS)
            .named("--history")
            .takes("SIZE")
            .requires(Requirement.TRIGGER)
            .help("memory for the time before, 1M to 1G (default: 16M)")),

    SUMMARY_ONLY(in(Group.SUMMARY)
            .named("-c", "--summary-only")
            .excludes("-C")
            .help("print a summary at the end instead of lines")),
    SUMMARY(in(Group.SUMMARY).named("-C", "--summary").help("print a summary after the lines")),
    SORT_BY(in(Group.SUMMARY)
            .named("-S", "--summary-sort-by")
            .takes("KEY")
            .words(SortKey.class)
            .byDefault("time")
            .requires(Requirement.TABLES)
            .help("sort the first table by time (default), calls, errors, name, ...")),
    WALL_CLOCK(in(Group.SUMMARY)
            .named("-w", "--summary-wall-clock")
            .requires(Requirement.SUMMARY)
            .help("summarize wall-clock times (always on)")),
    INTERVAL(in(Group.SUMMARY).named("--interval").takes("TIME").help("also print a summary of each interval")),
    LIVE(in(Group.SUMMARY)
            .named("--live")
            .excludes("-c", "-C", "--interval")
            .help("full-screen view, refreshed every second")),

    DIAGNOSE(in(Group.DIAGNOSIS)
            .named("--diagnose")
            .mayTake("TIME")
            .byDefault("10s")
            .excludes(
                    "-e",
                    "--peer",
                    "--fd",
                    "--status",
                    "-z",
                    "-Z",
                    "--min-duration",
                    "--min-wait",
                    "--count",
                    "-c",
                    "-C",
                    "--interval",
                    "--live")
            .common()
            .help("watch for TIME (default: {default}), then list faults")),
    QUEUE(in(Group.DIAGNOSIS).named("--queue").help("show the accept queues and who waits in them")),
    FAIL_ON(in(Group.DIAGNOSIS)
            .named("--fail-on")
            .takes("WHAT")
            .repeatable()
            .words(Kind.class, FailOn.ANY, FailOn.QUEUE)
            .requires(Requirement.DIAGNOSIS)
            .help("exit with status 4 on this finding: any, or e.g. herd; with --queue: stuck")),

    BUFFER(in(Group.CAPTURE).named("--buffer").takes("SIZE").help("size of the ring buffer, 4K to 1G (default: 4M)")),
    PROBE(in(Group.CAPTURE)
            .named("--probe")
            .takes("HOOKS")
            .words(Probe.class)
            .byDefault("auto")
            .help("kernel hooks: {words} (default: {default})")),
    STRICT(in(Group.CAPTURE).named("--strict").help("exit with status 3 if events were lost")),

    CHECK(in(Group.HELP).named("--check").help("show what this kernel allows, without tracing")),
    DEBUG(in(Group.HELP).named("-d", "--debug").help("print libbpf's messages and the choice of hooks")),
    COMPLETION(in(Group.HELP)
            .named("--completion")
            .takes("SHELL")
            .words(Shell.class)
            .help("print the completion script of this shell: {words}")),
    SHORT_HELP(in(Group.HELP).named("-h").help("show the most common options")),
    HELP(in(Group.HELP).named("--help").help("show this help")),
    VERSION(in(Group.HELP).named("-V", "--version").help("show the version"));

    /** The sections of --help. */
    public enum Group {
        TARGETS("Targets"),
        OUTPUT("Output"),
        FILTERS("Filters, applied in the kernel"),
        ENDS("Limits"),
        TRIGGERS("Flight recorder"),
        SUMMARY("Summary"),
        DIAGNOSIS("Diagnosis"),
        CAPTURE("Capture"),
        HELP("Help and troubleshooting");

        private final String title;

        Group(String title) {
            this.title = title;
        }

        public String title() {
            return title;
        }
    }

    private final Declaration declaration;

    Option(Declaration declaration) {
        this.declaration = declaration;
    }

    /** Returns the option with this short or long name. */
    static Option named(String name) {
        return Arrays.stream(values())
                .filter(option -> option.names().contains(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(name));
    }

    Declaration declaration() {
        return declaration;
    }

    public Group group() {
        return declaration.group();
    }

    /** Returns the name of the value; empty for a flag. */
    public String argument() {
        return declaration.argument();
    }

    public String description() {
        return declaration.help();
    }

    /** Returns the short name, the long name, or both in this order. */
    public List<String> names() {
        return declaration.names();
    }

    /** Returns the long name, or the short one if there is no other. */
    public String anyName() {
        return names().get(names().size() - 1);
    }

    /**
     * Returns whether a word of the command line can contain this option, e.g. with a value or in a cluster like -fq.
     */
    boolean canBeIn(String word) {
        for (String name : names()) {
            if (name.startsWith("--") ? word.startsWith(name) : isInCluster(name, word)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isInCluster(String shortName, String word) {
        return word.startsWith("-") && !word.startsWith("--") && word.indexOf(shortName.charAt(1)) > 0;
    }

    public boolean takesValue() {
        return !argument().isEmpty();
    }
}
