package accept4trace.detail;

import accept4trace.capture.OperatingSystem;
import accept4trace.capture.StackUnwinder;
import accept4trace.event.CallStack;
import accept4trace.event.StackFrame;
import accept4trace.event.UserStack;
import accept4trace.format.Names;
import accept4trace.output.Notices;
import accept4trace.proc.Capability;
import accept4trace.proc.PerfMaps;
import accept4trace.proc.Processes;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** The call stacks of processes of this machine. Prints a hint for each cause of missing frames or names. */
public final class CallStacks {
    private static final int MAX_HINTS = 20;

    private final BackgroundUnwinder unwinder;
    private final Processes processes;
    private final PerfMaps perfMaps;
    private final Notices notices;
    private final Set<String> hinted = new HashSet<>();
    private boolean endReported;

    public CallStacks(StackUnwinder unwinder, OperatingSystem system, Processes processes, Notices notices) {
        this.unwinder = new BackgroundUnwinder(unwinder);
        this.processes = processes;
        this.perfMaps = new PerfMaps(processes, system::openBelowRoot, new BackgroundWork("perf maps"));
        this.notices = notices;
    }

    void close() {
        unwinder.close();
    }

    CallStack of(int tgid, UserStack stack) {
        CallStack unwound = unwinder.unwind(tgid, stack);
        List<StackFrame> frames = perfMaps.named(tgid, unwound.frames());
        CallStack named = new CallStack(frames, unwound.cut());
        if (!frames.isEmpty()) {
            hintAtMissing(tgid, named);
        }
        return named;
    }

    private void hintAtMissing(int tgid, CallStack stack) {
        List<StackFrame> unread =
                stack.frames().stream().filter(frame -> frame.unread() != null).toList();
        if (!unread.isEmpty()) {
            unread.forEach(frame -> hintAtUnread(tgid, frame));
            return;
        }
        List<StackFrame> nameless = stack.frames().stream()
                .filter(frame -> frame.path() != null && frame.function() == null)
                .toList();
        if (!processes.isReadable(tgid)) {
            hintOnce("unreadable", Capability.CAP_SYS_PTRACE.missing());
            return;
        }
        /* The files of a process that has ended can no longer be opened. */
        if ((stack.cut() || !nameless.isEmpty()) && !processes.isRunning(tgid)) {
            hintOnce(
                    "ended", "the stacks of processes that end before their line is written are incomplete or missing");
            return;
        }
        nameless.forEach(this::hintAtMissingName);
        if (stack.cut()) {
            hintAtCut(stack.frames().get(stack.frames().size() - 1));
        }
    }

    private void hintAtUnread(int tgid, StackFrame frame) {
        String why = Objects.requireNonNull(frame.unread());
        if (why.equals(StackUnwinder.ENDED)) {
            reportEnd();
            return;
        }
        if (why.equals(StackUnwinder.DIED)) {
            hintOnce("died", "a stack of process " + tgid + " crashed the unwinder, so stacks like it are missing");
            return;
        }
        if (why.equals(StackUnwinder.NO_LIBDW)) {
            hintOnce(
                    "libdw",
                    "without libdw.so.1, stacks only have the innermost line, without the function: apt-get install"
                            + " libdw1, on Fedora elfutils-libs");
            return;
        }
        if (why.equals(StackUnwinder.TOO_MANY_FILES)) {
            hintOnce(
                    "files",
                    "the unwinder has too many open files, so functions in further files have no names: trace processes"
                            + " with fewer libraries, or fewer processes at a time");
            return;
        }
        String unread = frame.path() == null ? "the perf map of process " + tgid : Names.comm(frame.path());
        hintOnce(
                "unread " + unread,
                why.equals(BackgroundUnwinder.NO_ANSWER)
                        ? "stacks are missing as long as reading files of process " + tgid + " hangs"
                        : unread + " is not read (" + why
                                + "), so its functions have no names: see STACKS in accept4-trace(8)");
    }

    private void reportEnd() {
        if (!endReported) {
            endReported = true;
            notices.failure(
                    "stacks are missing from now on: the process that unwinds them has ended",
                    "it was killed, or did not answer in time; start the trace again");
        }
    }

    private void hintAtMissingName(StackFrame frame) {
        String file = Names.comm(Objects.requireNonNull(frame.path()));
        /* The unnamed functions of libc only start programs and threads. They do not justify installing a package. */
        if (!file.endsWith("/libc.so.6")) {
            hintOnce(
                    "names " + file,
                    file + " is stripped, so some of its functions have no name: install its debug symbols, on Debian a"
                            + " package whose name ends in -dbgsym or -dbg");
        }
    }

    private void hintAtCut(StackFrame last) {
        String where = last.path() == null ? "code made at run time" : Names.comm(last.path());
        hintOnce(
                "cut " + where,
                "stacks are cut short in " + where + ": it has no frame pointers or unwind information, or the stack is"
                        + " larger than the 24 KiB that are recorded");
    }

    private void hintOnce(String key, String hint) {
        if (hinted.size() < MAX_HINTS && hinted.add(key)) {
            notices.hint(hint);
        }
    }
}
