package accept4trace.live;

import java.util.ArrayList;
import java.util.List;

/**
 * An attack on a running tool by a user without privileges, and the error with which the attack must fail.
 *
 * @param how a bash command, in which $TOOL is the process id of the tool, and $TRY is the path of the workload
 *     "stranger"
 * @param result the error message that the command must print last
 * @param evenAsSameUser whether the attempt also fails for the user who ran sudo. The tool runs with this user's id, so
 *     the kernel would allow the attempt if it only compared ids
 */
record Attempt(String how, String result, boolean evenAsSameUser) {
    private static final String NOT_PERMITTED = "Operation not permitted";
    private static final String DENIED = "Permission denied";

    static final List<Attempt> ALL = List.of(
            // Signals.
            byStranger("kill -TERM $TOOL", NOT_PERMITTED),
            byStranger("kill -STOP $TOOL", NOT_PERMITTED),
            byStranger("kill -URG $TOOL", NOT_PERMITTED),
            byStranger("touch /tmp/.attach_pid$TOOL; rm /tmp/.attach_pid$TOOL; kill -QUIT $TOOL", NOT_PERMITTED),
            byStranger("$TRY queue-signal $TOOL", NOT_PERMITTED),
            byStranger("$TRY signal-thread $TOOL", NOT_PERMITTED),
            byStranger("$TRY signal-by-descriptor $TOOL", NOT_PERMITTED),
            byStranger("$TRY signal-by-pipe $TOOL", NOT_PERMITTED),
            // Limits and scheduling.
            byStranger("$TRY limit-files $TOOL", NOT_PERMITTED),
            byStranger("$TRY pin $TOOL", NOT_PERMITTED),
            byStranger("$TRY schedule-idly $TOOL", NOT_PERMITTED),
            byStranger("$TRY be-nice $TOOL", NOT_PERMITTED),
            byStranger("$TRY write-idly $TOOL", NOT_PERMITTED),
            byStranger("echo $TOOL >/sys/fs/cgroup/cgroup.procs", DENIED),
            // Debugging.
            byAnybody("$TRY attach $TOOL", NOT_PERMITTED),
            byAnybody("$TRY seize $TOOL", NOT_PERMITTED),
            byAnybody("$TRY read-memory $TOOL", NOT_PERMITTED),
            byAnybody("$TRY write-memory $TOOL", NOT_PERMITTED),
            byAnybody("$TRY take-descriptor $TOOL", NOT_PERMITTED),
            byAnybody("$TRY compare-files $TOOL", NOT_PERMITTED),
            byAnybody("$TRY robust-list $TOOL", NOT_PERMITTED),
            byAnybody("$TRY move-pages $TOOL", NOT_PERMITTED),
            byAnybody("$TRY reclaim-memory $TOOL", DENIED),
            byAnybody("$TRY observe $TOOL", DENIED),
            // Opening the tool's BPF objects, and reading the kernel's trace.
            byAnybody("$TRY find-program $TOOL", NOT_PERMITTED),
            byAnybody("$TRY find-map $TOOL", NOT_PERMITTED),
            byAnybody("$TRY find-link $TOOL", NOT_PERMITTED),
            byAnybody("cat /sys/kernel/tracing/trace_pipe", DENIED),
            // Reading /proc.
            byAnybody("cat /proc/$TOOL/environ", DENIED),
            byAnybody("cat /proc/$TOOL/mem", DENIED),
            byAnybody("cat /proc/$TOOL/maps", DENIED),
            byAnybody("cat /proc/$TOOL/smaps", DENIED),
            byAnybody("cat /proc/$TOOL/pagemap", DENIED),
            byAnybody("cat /proc/$TOOL/auxv", DENIED),
            byAnybody("cat /proc/$TOOL/stack", DENIED),
            byAnybody("cat /proc/$TOOL/syscall", DENIED),
            byAnybody("cat /proc/$TOOL/io", DENIED),
            byAnybody("ls /proc/$TOOL/fd", DENIED),
            byAnybody("ls /proc/$TOOL/fdinfo", DENIED),
            byAnybody("ls /proc/$TOOL/map_files", DENIED),
            byAnybody("cat /proc/$TOOL/fd/1", DENIED),
            byAnybody("cat /proc/$TOOL/root/etc/hostname", DENIED),
            byAnybody("cat /proc/$TOOL/cwd/trace", DENIED),
            byAnybody("cat /proc/$TOOL/exe", DENIED),
            byAnybody("cat /proc/$TOOL/ns/net", DENIED),
            // Writing to /proc.
            byAnybody("echo x >/proc/$TOOL/mem", DENIED),
            byAnybody("echo x >/proc/$TOOL/fd/1", DENIED),
            byAnybody("echo x >/proc/$TOOL/comm", DENIED),
            byAnybody("echo 1000 >/proc/$TOOL/oom_score_adj", DENIED),
            byAnybody("echo 0 >/proc/$TOOL/coredump_filter", DENIED),
            byAnybody("echo 1 >/proc/$TOOL/clear_refs", DENIED),
            byAnybody("echo 99999999 >/proc/$TOOL/timerslack_ns", NOT_PERMITTED));

    private static Attempt byStranger(String how, String result) {
        return new Attempt(how, result, false);
    }

    private static Attempt byAnybody(String how, String result) {
        return new Attempt(how, result, true);
    }

    /**
     * Returns a script that prints one line for each attempt: {@link #failed} if the attempt fails as expected,
     * otherwise a line that says what happened.
     */
    static String script(List<Attempt> attempts) {
        List<String> lines = new ArrayList<>();
        for (Attempt attempt : attempts) {
            lines.add("if said=$( { " + attempt.how + "; } 2>&1 >/dev/null </dev/null); then said=\": SUCCEEDED\"; fi;"
                    + " echo '" + attempt.how + ": '\"${said##*[:-] }\"");
        }
        return String.join("\n", lines);
    }

    /** Returns the line that the script prints if the attempt fails as expected. */
    String failed() {
        return how + ": " + result;
    }
}
