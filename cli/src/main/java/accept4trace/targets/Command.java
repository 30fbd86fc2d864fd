package accept4trace.targets;

import accept4trace.capture.CaptureException;
import accept4trace.capture.EventSource;
import accept4trace.capture.OperatingSystem;
import accept4trace.capture.Snapshots;
import accept4trace.outcome.ExitStatus;
import accept4trace.outcome.Outcome;
import accept4trace.outcome.UserError;
import accept4trace.output.Notices;
import accept4trace.proc.Processes;
import accept4trace.queue.TraceSelection;
import accept4trace.text.Errno;
import accept4trace.text.Printable;
import accept4trace.text.SignalNames;
import java.util.List;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** A command that is started, held until the hooks are live, and traced from its first instruction on. */
public final class Command implements Subject {
    private final List<String> words;
    private final @Nullable String user;
    private final boolean mustEnd;
    private final Processes processes;
    private final IntPredicate is32Bit;
    private final Notices notices;
    private final Namesakes namesakes;
    private int pid;

    /**
     * @param user the user that the command runs as, or null for the invoking user
     * @param mustEnd kill the command when the trace ends
     * @param namesakes servers with the name of the command
     * @param is32Bit whether a process runs a 32-bit program
     */
    public Command(
            List<String> words,
            @Nullable String user,
            boolean mustEnd,
            Namesakes namesakes,
            Processes processes,
            IntPredicate is32Bit,
            Notices notices) {
        this.words = words;
        this.user = user;
        this.mustEnd = mustEnd;
        this.namesakes = namesakes;
        this.processes = processes;
        this.is32Bit = is32Bit;
        this.notices = notices;
    }

    @Override
    public int processCount() {
        return 1;
    }

    @Override
    public int threadCount() {
        return 1;
    }

    @Override
    public void beginLookups(TraceSelection selection, Snapshots snapshots) {
        namesakes.find(snapshots);
    }

    @Override
    public void trace(EventSource source) throws CaptureException, UserError {
        namesakes.await();
        pid = spawn(source);
        source.traceProcess(pid);
    }

    private int spawn(EventSource source) throws CaptureException, UserError {
        try {
            return source.spawn(words.size(), user, mustEnd);
        } catch (CaptureException e) {
            if (user == null || e.errno() != Errno.ENOENT) {
                throw e;
            }
            throw new UserError(
                    ExitStatus.FAILURE,
                    "no such user: " + Printable.argument(user),
                    "getent passwd lists the users; -u requires a name");
        }
    }

    @Override
    public String describe() {
        return pid + " (" + name() + ")";
    }

    @Override
    public String endedBy() {
        return "ends with it";
    }

    private String name() {
        return Printable.argument(words.get(0));
    }

    @Override
    public void release(EventSource source) throws UserError {
        if (!namesakes.hint().isEmpty()) {
            notices.hint(namesakes.hint());
        }
        try {
            source.release();
        } catch (CaptureException e) {
            throw cannotRun(e.errno());
        }
        if (!source.seesEveryAccept() && is32Bit.test(pid)) {
            notices.always(Targets.isUnseen(pid));
        }
    }

    private UserError cannotRun(int errno) {
        String what = "cannot run " + name() + ": ";
        return switch (errno) {
            case Errno.ENOENT ->
                new UserError(
                        ExitStatus.COMMAND_NOT_FOUND, what + "command not found", "check its name, or give its path");
            /* The file exists, but its interpreter does not: see native/process/spawn.c. */
            case Errno.ELIBACC ->
                new UserError(
                        ExitStatus.COMMAND_NOT_RUNNABLE,
                        what + "its interpreter is missing",
                        "file(1) shows the interpreter of a script or of an ELF file");
            default ->
                new UserError(
                        ExitStatus.COMMAND_NOT_RUNNABLE,
                        what + Errno.describe(errno),
                        "give an executable file for this processor");
        };
    }

    @Override
    public String silenceHint(boolean follow, SilenceTools tools) {
        return SilenceHint.ofNamed(List.of(pid), follow, processes, tools);
    }

    /**
     * Returns the outcome of the command, unless the command still runs or was killed because the trace ended. Often,
     * one signal ends both the trace and the command, and the command may take longer to end.
     */
    @Override
    public Outcome outcome(boolean targetsGone, OperatingSystem system) throws CaptureException {
        if (!targetsGone && !processes.hasEnded(pid)) {
            if (!processes.isEnding(pid)) {
                notices.note(describe() + " continues");
            }
            return Outcome.status(ExitStatus.OK);
        }
        Outcome own = Outcome.ofWait(system.awaitCommand(pid));
        if (!targetsGone && mustEnd && own.signal() == SignalNames.SIGKILL) {
            notices.note(describe() + " has been killed");
            return Outcome.status(ExitStatus.OK);
        }
        return own;
    }
}
