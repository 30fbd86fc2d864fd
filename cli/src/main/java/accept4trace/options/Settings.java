package accept4trace.options;

import accept4trace.capture.CallFilter;
import accept4trace.capture.Probe;
import accept4trace.format.TextOptions;
import accept4trace.format.columns.Field;
import accept4trace.format.tables.SortKey;
import java.util.List;

/**
 * What the user asked for.
 *
 * @param action what to do at all
 * @param pids as given: process or thread ids, in order, without repeats
 * @param all trace every process
 * @param command what to start and trace, and its arguments; empty = nothing
 * @param follow trace children as well
 * @param filter which calls are wanted; uid and netns are not in it yet
 * @param uid user to filter by, a name or a number, or null
 * @param netnsOf process whose network namespace to filter by, 0 = none
 * @param user whom the command runs as, or null
 * @param output where lines go, a file or after a bar a command of the shell's; null for stdout, with a command stderr
 * @param append to that file instead of over it
 * @param format what the lines are
 * @param text what a line holds
 * @param fields columns, in order
 * @param folding runs of equal failing lines become one
 * @param summary whether there is one
 * @param sortKey what its first table is sorted by
 * @param intervalNs a summary of each such interval, 0 = none
 * @param stacks the user stack of each call as well
 * @param resolve names of peers as well
 * @param live a full-screen view instead of lines
 * @param diagnose findings in the end instead of lines
 * @param failOn which of them change the exit status
 * @param color when to use colours
 * @param quiet no notices
 * @param debug libbpf's messages on stderr
 * @param count calls after which to end, or NO_LIMIT
 * @param durationNs time after which to end, or NO_LIMIT
 * @param probe which hooks to use
 * @param ringBytes size of the ring buffer, a power of two
 * @param strict lost events change the exit status
 */
public record Settings(
        Action action,
        List<Integer> pids,
        boolean all,
        List<String> command,
        boolean follow,
        CallFilter filter,
        String uid,
        int netnsOf,
        String user,
        String output,
        boolean append,
        Format format,
        TextOptions text,
        List<Field> fields,
        boolean folding,
        SummaryMode summary,
        SortKey sortKey,
        long intervalNs,
        boolean stacks,
        boolean resolve,
        boolean live,
        boolean diagnose,
        FailOn failOn,
        ColorWhen color,
        boolean quiet,
        boolean debug,
        long count,
        long durationNs,
        Probe probe,
        int ringBytes,
        boolean strict) {

    public static final long NO_LIMIT = Long.MAX_VALUE;

    /** The kinds of run. */
    public enum Action {
        TRACE,
        CHECK,
        SHOW_HELP,
        SHOW_SHORT_HELP,
        SHOW_VERSION
    }
}
