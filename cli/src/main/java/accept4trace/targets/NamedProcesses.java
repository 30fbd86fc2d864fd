package accept4trace.targets;

import accept4trace.outcome.ExitStatus;
import accept4trace.outcome.UserError;
import accept4trace.output.Notices;
import accept4trace.proc.ProcessNames;
import accept4trace.proc.Processes;
import accept4trace.text.Printable;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Looks up the processes that -p selects. */
public final class NamedProcesses {
    /**
     * The first process of every PID namespace. It exists as long as the namespace does, so if /proc does not show it,
     * /proc hides processes.
     */
    private static final int INIT = 1;

    private final Processes processes;
    private final Notices notices;
    private final Set<Integer> tgids = new LinkedHashSet<>();
    private final List<UserError> missing = new ArrayList<>();

    private NamedProcesses(Processes processes, Notices notices) {
        this.processes = processes;
        this.notices = notices;
    }

    /**
     * Returns the ids of the processes. A thread id selects its whole process, and a name selects all processes that
     * currently have it. Ids and names without a process are reported and skipped; this is an error only if no process
     * is found, or if /proc does not show whether there is one.
     *
     * @param ids process or thread ids
     * @param names one character per byte
     */
    public static List<Integer> find(List<Integer> ids, List<String> names, Processes processes, Notices notices)
            throws UserError {
        NamedProcesses found = new NamedProcesses(processes, notices);
        for (int id : ids) {
            found.add(id);
        }
        for (String name : names) {
            found.add(name);
        }
        return found.get();
    }

    private void add(int id) throws UserError {
        int tgid = processes.tgid(id);
        if (tgid == 0) {
            checkReadable(id, "process " + id);
            checkReadable(INIT, "process " + id);
            missing.add(noSuchProcess(id));
            return;
        }
        if (tgid != id) {
            notices.note(id + " is a thread of " + tgid + ": its whole process is selected");
        }
        tgids.add(tgid);
    }

    private void add(String name) throws UserError {
        List<Integer> found = new ProcessNames(processes).find(name);
        if (found.isEmpty()) {
            checkReadable(INIT, "processes named '" + Printable.argument(name) + "'");
            missing.add(noProcessNamed(name));
        }
        tgids.addAll(found);
    }

    /**
     * Throws if the status of a process is unreadable, e.g. because /proc hides it or no file descriptor is free.
     *
     * @param sought what was looked for without success, for the message
     */
    private void checkReadable(int id, String sought) throws UserError {
        String why = processes.unreadable(id);
        if (why.isEmpty() && id == INIT && processes.tgid(INIT) == 0) {
            why = "/proc does not show the processes of other users";
        }
        if (!why.isEmpty()) {
            throw new UserError(
                    ExitStatus.FAILURE,
                    "cannot inspect " + sought + ": " + why,
                    "this requires CAP_SYS_PTRACE if /proc is mounted with hidepid, and free file descriptors"
                            + " (ulimit -n)");
        }
    }

    private List<Integer> get() throws UserError {
        if (tgids.isEmpty() && !missing.isEmpty()) {
            UserError last = missing.remove(missing.size() - 1);
            report();
            throw last;
        }
        report();
        return List.copyOf(tgids);
    }

    private void report() {
        missing.forEach(error -> notices.always(error.getMessage()));
    }

    static UserError noSuchProcess(int id) {
        return new UserError(
                ExitStatus.FAILURE, "no such process: " + id, "pidof NAME or pgrep -a NAME shows process ids");
    }

    private static UserError noProcessNamed(String name) {
        int slash = name.lastIndexOf('/');
        return new UserError(
                ExitStatus.FAILURE,
                "no process is named '" + Printable.argument(name) + "'",
                slash < 0
                        ? "pgrep -af NAME searches command lines; --comm NAME also traces processes that start later"
                        : "names have no folders: -p " + Printable.argument(name.substring(slash + 1)));
    }
}
