package accept4trace.options;

import accept4trace.capture.CallFilter;
import accept4trace.capture.Probe;
import accept4trace.format.TextOptions;
import accept4trace.format.columns.Field;
import accept4trace.format.tables.SortKey;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The settings of a run, from the command line. */
public record Settings(
        Action action,
        Target target,
        Selection selection,
        Output output,
        Report report,
        Capture capture,
        Session session) {
    public static final long NO_LIMIT = Long.MAX_VALUE;

    /** The kinds of run. */
    public enum Action {
        TRACE,
        CHECK,
        SHOW_HELP,
        SHOW_SHORT_HELP,
        SHOW_VERSION
    }

    /**
     * The processes to trace.
     *
     * @param pids as given: process or thread ids, in order, without repeats
     * @param all trace every process
     * @param command what to start and trace, and its arguments; empty = nothing
     * @param follow trace children, too
     * @param user runs the command, or null
     */
    public record Target(
            List<Integer> pids, boolean all, List<String> command, boolean follow, @Nullable String user) {}

    /**
     * The calls to show.
     *
     * @param filter without uid and netns, which are looked up later
     * @param uid user to filter by, a name or a number, or null
     * @param netnsOf process whose network namespace to filter by, 0 = none
     */
    public record Selection(CallFilter filter, @Nullable String uid, int netnsOf) {}

    /**
     * The destination and the contents of lines.
     *
     * @param path a file or, after a bar, a shell command; null for stdout, with a command stderr
     * @param append append to the file
     * @param text the contents of a line of text
     * @param fields columns, in order
     * @param folding fold runs of equal failing lines
     */
    public record Output(
            @Nullable String path,
            boolean append,
            Format format,
            TextOptions text,
            List<Field> fields,
            boolean folding,
            ColorWhen color) {}

    /**
     * Output in addition to lines, or instead of them.
     *
     * @param sortKey of the first table of a summary
     * @param intervalNs a summary of each such interval, 0 = none
     * @param live a full-screen view instead of lines
     * @param diagnose findings at the end instead of lines
     * @param failOn the findings that change the exit status
     */
    public record Report(
            SummaryMode summary, SortKey sortKey, long intervalNs, boolean live, boolean diagnose, FailOn failOn) {}

    /**
     * The settings of the kernel side.
     *
     * @param ringBytes size of the ring buffer, a power of two
     * @param stacks record user stacks
     * @param debug libbpf's messages on stderr
     */
    public record Capture(Probe probe, int ringBytes, boolean stacks, boolean debug) {}

    /**
     * The end of the run, and its behavior until then.
     *
     * @param count calls after which to end, or NO_LIMIT
     * @param durationNs time after which to end, or NO_LIMIT
     * @param quiet no notices
     * @param strict lost events change the exit status
     * @param resolve look up host names of peers
     */
    public record Session(long count, long durationNs, boolean quiet, boolean strict, boolean resolve) {}
}
