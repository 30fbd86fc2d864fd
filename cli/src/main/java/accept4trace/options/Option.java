package accept4trace.options;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Every option, once: parsing, -h and the check of the man page all read this table. */
public enum Option {
    ATTACH(Group.TARGETS, "PID[,PID...]", "trace these processes, all threads; repeats", "-p", "--attach"),
    ALL(Group.TARGETS, null, "trace every process of the machine", null, "--all"),
    FOLLOW(
            Requirement.NAMED_TARGETS,
            Group.TARGETS,
            null,
            "trace children, too, also those already there",
            "-f",
            "--follow-forks"),
    USER(Requirement.COMMAND, Group.TARGETS, "USER", "run the command as USER", "-u", "--user"),

    FORMAT(Group.OUTPUT, "FORMAT", "text (the default), columns, strace, json", null, "--format"),
    FIELDS(
            Requirement.COLUMNS,
            Group.OUTPUT,
            "FIELD[,FIELD...]",
            "columns: what to show, as time,pid,peer,wait",
            null,
            "--fields"),
    OUTPUT(Group.OUTPUT, "FILE", "write the lines to FILE instead of stdout", "-o", "--output"),
    APPEND(Requirement.FILE, Group.OUTPUT, null, "append to that file", "-A", "--output-append-mode"),
    TIMESTAMPS(
            Requirement.TEXT_LINES,
            Group.OUTPUT,
            null,
            "time of day; -tt in full, -ttt since 1970",
            "-t",
            "--absolute-timestamps"),
    RELATIVE(
            Requirement.TEXT_LINES,
            Group.OUTPUT,
            null,
            "time since the call before it began",
            "-r",
            "--relative-timestamps"),
    SYSCALL_TIMES(
            Requirement.TEXT_LINES,
            Group.OUTPUT,
            null,
            "how long each call took (text: the default)",
            "-T",
            "--syscall-times"),
    COMMS(Requirement.TEXT_LINES, Group.OUTPUT, null, "names of threads (text: the default)", "-Y", null),
    NO_DURATION(Requirement.TEXT_LINES, Group.OUTPUT, null, "do not show how long calls took", null, "--no-duration"),
    NO_COMM(Requirement.TEXT_LINES, Group.OUTPUT, null, "do not show the names of threads", null, "--no-comm"),
    PATHS(
            Requirement.TEXT_LINES,
            Group.OUTPUT,
            null,
            "paths of fds; -yy sockets' addresses as well (the default)",
            "-y",
            null),
    DECODE_FDS(
            Requirement.TEXT_LINES,
            Group.OUTPUT,
            "SET",
            "what to show of fds: all, none, path, socket, dev",
            null,
            "--decode-fds"),
    COLUMN(
            Requirement.TEXT_LINES,
            Group.OUTPUT,
            "COLUMN",
            "minimum column of results; strace: 40, text: 0",
            "-a",
            "--columns"),
    NO_FOLD(
            Requirement.FOLDING_LINES,
            Group.OUTPUT,
            null,
            "a line for each of many equal failing calls, too",
            null,
            "--no-fold"),
    VERBOSE(
            Requirement.FOLDING_LINES,
            Group.OUTPUT,
            null,
            "socket options, network namespace, cgroup, too",
            "-v",
            "--verbose"),
    STACK(
            Requirement.CALLS,
            Group.OUTPUT,
            null,
            "the functions that called it below each line, as strace -k",
            "-k",
            "--stack"),
    RESOLVE(Requirement.PEER_NAMES, Group.OUTPUT, null, "names of peers, as soon as they are known", null, "--resolve"),
    COLOR(
            Requirement.COLOURS,
            Group.OUTPUT,
            "WHEN",
            "auto (on a terminal, the default), always, never",
            null,
            "--color"),
    QUIET(Group.OUTPUT, null, "no notices about attaching; -qq no ends of processes either", "-q", "--quiet"),

    TRACE(Group.FILTERS, "SET", "accept4, accept, io_uring, bind, listen, %poll", "-e", "--trace"),
    PORT(Group.FILTERS, "PORT[,PORT...]", "listeners bound to it, of all without a target", null, "--port"),
    LISTENER(Group.FILTERS, "ADDR[:PORT]", "listeners bound to this address; repeats", null, "--listener"),
    PEER(Group.FILTERS, "NETWORK", "connections from ADDR or ADDR/BITS; repeats", null, "--peer"),
    FD(Group.FILTERS, "FD", "calls on this file descriptor", null, "--fd"),
    COMM(Group.FILTERS, "NAME", "threads or processes of this name", null, "--comm"),
    UID(Group.FILTERS, "USER", "processes of this user, a name or a number", null, "--uid"),
    CGROUP(Group.FILTERS, "PATH", "processes in this cgroup or below", null, "--cgroup"),
    NETNS(Group.FILTERS, "PID", "listeners in the network namespace of PID", null, "--netns"),
    FAMILY(Group.FILTERS, "FAMILY", "inet, inet6, unix, vsock or a number", null, "--family"),
    STATUS(Group.FILTERS, "SET", "successful, failed, unfinished, all, none", null, "--status"),
    SUCCESSFUL_ONLY(Group.FILTERS, null, "successful calls alone", "-z", "--successful-only"),
    FAILED_ONLY(Group.FILTERS, null, "failed calls alone", "-Z", "--failed-only"),
    MIN_DURATION(Group.FILTERS, "TIME", "calls that took at least TIME", null, "--min-duration"),
    MIN_WAIT(Group.FILTERS, "TIME", "connections that waited at least TIME", null, "--min-wait"),

    COUNT(Group.ENDS, "N", "end after N calls", null, "--count"),
    DURATION(Group.ENDS, "TIME", "end after TIME: 10s, 500ms, 2m, 1h", null, "--duration"),

    SUMMARY_ONLY(Group.SUMMARY, null, "a summary at the end instead of lines", "-c", "--summary-only"),
    SUMMARY(Group.SUMMARY, null, "a summary after the lines", "-C", "--summary"),
    SORT_BY(
            Requirement.TABLES,
            Group.SUMMARY,
            "KEY",
            "its first table: time, calls, errors, name, ...",
            "-S",
            "--summary-sort-by"),
    WALL_CLOCK(
            Requirement.SUMMARY,
            Group.SUMMARY,
            null,
            "times on the wall, which they always are",
            "-w",
            "--summary-wall-clock"),
    INTERVAL(Group.SUMMARY, "TIME", "a summary of each such interval as well", null, "--interval"),
    LIVE(Group.SUMMARY, null, "a full-screen view, each second anew; q quits", null, "--live"),

    DIAGNOSE(Group.DIAGNOSIS, "[TIME]", "what is wrong and what to change, after 10s", null, "--diagnose"),
    FAIL_ON(
            Requirement.DIAGNOSIS,
            Group.DIAGNOSIS,
            "WHAT",
            "status 4 when it finds this: herd, any, ...",
            null,
            "--fail-on"),

    BUFFER(Group.CAPTURE, "SIZE", "ring buffer for events not read yet: 4K to 1G, default 4M", null, "--buffer"),
    PROBE(Group.CAPTURE, "HOOKS", "auto (the default), kprobe, fentry, fd_install, tracepoint", null, "--probe"),
    STRICT(Group.CAPTURE, null, "exit with status 3 when events were lost", null, "--strict"),

    CHECK(Group.HELP, null, "show what this kernel allows; attach nothing", null, "--check"),
    DEBUG(Group.HELP, null, "show libbpf's messages and how hooks are chosen", "-d", "--debug"),
    SHORT_HELP(Group.HELP, null, "show the options that most runs need", "-h", null),
    HELP(Group.HELP, null, "show this help", null, "--help"),
    VERSION(Group.HELP, null, "show the version", "-V", "--version");

    /** The sections of -h. */
    public enum Group {
        TARGETS("Targets"),
        OUTPUT("Output"),
        FILTERS("Filters, applied in the kernel"),
        ENDS("Ends"),
        SUMMARY("Summary"),
        DIAGNOSIS("Diagnosis"),
        CAPTURE("Capture"),
        HELP("Help and diagnosis");

        private final String title;

        Group(String title) {
            this.title = title;
        }

        public String title() {
            return title;
        }
    }

    private static final Set<Option> ADDING = EnumSet.of(ATTACH, TRACE, PORT, LISTENER, PEER, STATUS, FAIL_ON);

    private final Requirement requirement;
    private final Group group;
    private final String argument;
    private final String description;
    private final String shortName;
    private final String longName;

    Option(Group group, String argument, String description, String shortName, String longName) {
        this(Requirement.NOTHING, group, argument, description, shortName, longName);
    }

    Option(
            Requirement requirement,
            Group group,
            String argument,
            String description,
            String shortName,
            String longName) {
        this.requirement = requirement;
        this.group = group;
        this.argument = argument;
        this.description = description;
        this.shortName = shortName;
        this.longName = longName;
    }

    /** Returns what must be on the command line too, so that this option has an effect. */
    Requirement requirement() {
        return requirement;
    }

    /** Returns whether its values add up if it is given more than once. Otherwise it takes one value. */
    boolean addsUp() {
        return ADDING.contains(this);
    }

    public Group group() {
        return group;
    }

    /** What the value is called, or null for a flag. */
    public String argument() {
        return argument;
    }

    public String description() {
        return description;
    }

    /** One that it always has: the long one where there is one. */
    public String anyName() {
        return longName == null ? shortName : longName;
    }

    /** Short name first where there is one. */
    public List<String> names() {
        if (shortName == null) {
            return List.of(longName);
        }
        return longName == null ? List.of(shortName) : List.of(shortName, longName);
    }

    /** Whether a word of the command line can name it: by a name, before a value or in a cluster as -fq. */
    boolean canBeIn(String word) {
        if (word.startsWith("--")) {
            return longName != null && word.startsWith(longName);
        }
        return shortName != null && word.startsWith("-") && word.indexOf(shortName.charAt(1)) > 0;
    }

    public boolean takesValue() {
        return argument != null;
    }

    /** It works without its value, too. */
    public boolean isValueOptional() {
        return takesValue() && argument.startsWith("[");
    }
}
