package accept4trace.live;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A run of the tool under test. */
final class Tracer implements AutoCloseable {
    private static final Pattern LIVE =
            Pattern.compile("accept4-trace: tracing .+ of .+ via (\\S+);(?: unknown here: [A-Za-z_, ]+;)? \\^C ends");
    private static final Pattern MISSING = Pattern.compile("accept4-trace: at most (\\d+) calls? (?:is|are) missing.*");
    private static final Pattern HALVES = Pattern.compile("accept4-trace: (\\d+) calls? (?:is|are) marked <\\?>: .*");
    private static final Pattern LOST =
            Pattern.compile("accept4-trace: detached after \\d+ calls?, (\\d+) events? lost\\b.*");

    private static final Pattern OTHER_OUTPUT = Pattern.compile(
            "--format=(?!text).*|-c|--summary-only|--interval=?.*|--live|--diagnose=?.*|--check|--queue|trace=(closed|refused)");

    private static final Pattern NO_HOOKS = Pattern.compile("--probe=.*|--check|--queue|--read(=.*)?");

    private final Program program;

    private Tracer(Program program) {
        this.program = program;
    }

    static Path executable() {
        return Path.of(Requirements.property("a4t.tool"));
    }

    static Tracer start(String... arguments) {
        return new Tracer(Program.start(executable(), unfolded(arguments)));
    }

    /** Starts the tool with its default of folding equal lines. */
    static Tracer startFolding(String... arguments) {
        return new Tracer(Program.start(executable(), withProbe(List.of(arguments))));
    }

    /** Adds --probe if the whole suite runs with this option, unless the arguments rule it out. */
    private static List<String> withProbe(List<String> arguments) {
        List<String> all = new ArrayList<>();
        if (!Rung.requested().isEmpty() && arguments.stream().noneMatch(NO_HOOKS.asMatchPredicate())) {
            all.add("--probe=" + Rung.requested());
        }
        all.addAll(arguments);
        return all;
    }

    /**
     * Adds --no-fold if the output consists of lines in the text format. With other output, the tool rejects this
     * option.
     */
    private static List<String> unfolded(String... arguments) {
        List<String> all = new ArrayList<>();
        if (Stream.of(arguments).noneMatch(OTHER_OUTPUT.asMatchPredicate())) {
            all.add("--no-fold");
        }
        all.addAll(withProbe(List.of(arguments)));
        return all;
    }

    /** Starts the tool in a time namespace. */
    static Tracer startInTimeNamespace(String... arguments) {
        return new Tracer(TimeNamespace.start(executable(), unfolded(arguments)));
    }

    /** Starts the tool from a shell that runs the preparation, then executes the tool. */
    static Tracer startAfter(String preparation, String... arguments) {
        List<String> command = new ArrayList<>(List.of(executable().toString()));
        command.addAll(unfolded(arguments));
        return new Tracer(Program.bash(preparation + "; exec \"$@\"", command.toArray(String[]::new)));
    }

    /** Attaches the tool to the workload, and waits until tracing begins. */
    static Tracer attach(Workload workload, String... options) {
        List<String> arguments = new ArrayList<>(List.of(options));
        arguments.addAll(List.of("-p", workload.pidText()));
        Tracer tracer = start(arguments.toArray(String[]::new));
        tracer.awaitLive();
        return tracer;
    }

    /** Waits for the notice that tracing begins, and returns the hooks that it names. */
    static String awaitLive(LineLog err) {
        Matcher notice = LIVE.matcher(err.awaitLine(
                "the notice that hooks are live", line -> LIVE.matcher(line).matches()));
        notice.matches();
        return notice.group(1);
    }

    String awaitLive() {
        return awaitLive(program.err());
    }

    long pid() {
        return program.pid();
    }

    void signal(String name) {
        Program.signal(name, pid());
    }

    /** Kills the tool, which may have ended. */
    void kill() {
        program.handle().destroyForcibly();
    }

    boolean isAlive() {
        return program.isAlive();
    }

    LineLog out() {
        return program.out();
    }

    /** Waits for the end of the tool, and returns the printed calls. */
    List<TracedCall> calls() {
        return TracedCall.parseAll(program.out().awaitEnd());
    }

    List<String> notices() {
        return program.err().awaitEnd();
    }

    /**
     * Returns the number of lost events from the notice at the end. Fails if there is no such notice, because the tool
     * must print it even if the number is 0.
     */
    long lost() {
        return lost(notices());
    }

    static long lost(List<String> notices) {
        return notices.stream()
                .map(LOST::matcher)
                .filter(Matcher::matches)
                .mapToLong(matcher -> Long.parseLong(matcher.group(1)))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no notice of losses: " + notices));
    }

    LineLog err() {
        return program.err();
    }

    /**
     * Returns the reported upper bound of the number of calls that have no line because the kernel skipped the BPF
     * programs.
     */
    long missing() {
        return missing(notices());
    }

    static long missing(List<String> notices) {
        return number(MISSING, notices);
    }

    /**
     * Returns the reported number of lines that lack the time or the result because the kernel skipped a BPF program.
     */
    long halves() {
        return number(HALVES, notices());
    }

    boolean reportsHalves() {
        return reportsHalves(notices());
    }

    static boolean reportsHalves(List<String> notices) {
        return number(HALVES, notices) > 0;
    }

    private static long number(Pattern notice, List<String> notices) {
        return notices.stream()
                .map(notice::matcher)
                .filter(Matcher::matches)
                .mapToLong(matcher -> Long.parseLong(matcher.group(1)))
                .sum();
    }

    int awaitExit() {
        return program.awaitExit();
    }

    void awaitExit(int status) {
        assertEquals(status, awaitExit(), () -> "exit status; stderr: " + notices());
    }

    @Override
    public void close() {
        program.close();
    }
}
