package accept4trace.diagnose;

import accept4trace.diagnose.Finding.Kind;
import accept4trace.diagnose.Finding.Severity;
import accept4trace.diagnose.ObservedProcess.FlagCount;
import accept4trace.text.Units;
import java.util.List;
import java.util.Map;

/** Finds accepted sockets without FD_CLOEXEC. They are a fault if the process runs programs, which inherit them. */
final class InheritedSockets implements Check {
    @Override
    public List<Finding> findings(Observations seen, long durationNs) {
        return Program.of(seen, process -> process.withoutCloexec.accepted > 0)
                .map(InheritedSockets::finding)
                .toList();
    }

    private static Finding finding(Program program) {
        ObservedProcess process = program.sum();
        FlagCount count = process.withoutCloexec;
        return new Finding(
                Kind.CLOEXEC,
                process.runsOtherPrograms && count.notSet > 0 ? Severity.RISK : Severity.NOTE,
                null,
                program.tgids(),
                "no SOCK_CLOEXEC: " + program.name() + " accepted " + Units.count(count.accepted) + " of "
                        + Units.plural(process.connections, "connection", "connections") + " without it; "
                        + setLater(process, count, "FD_CLOEXEC"),
                remedy(process),
                Map.of(
                        "without", count.accepted,
                        "connections", process.connections,
                        "set_later", count.setLater,
                        "not_set", count.notSet));
    }

    /** The evidence that the flag stays off. */
    static String setLater(ObservedProcess process, FlagCount count, String flag) {
        long looks = count.setLater + count.notSet;
        if (looks == 0) {
            return process.unreadable
                    ? "whether fcntl sets " + flag + " is unknown: its open files are unreadable"
                    : "none stayed open long enough to see whether fcntl sets " + flag;
        }
        return "fcntl set " + flag + " on " + Units.count(count.setLater) + " of " + Units.count(looks)
                + " that were looked at";
    }

    private static String remedy(ObservedProcess process) {
        FlagCount count = process.withoutCloexec;
        if (count.notSet == 0 && count.setLater > 0) {
            return "Between accept and fcntl another thread's fork can inherit them; accept4 with SOCK_CLOEXEC leaves"
                    + " no gap.";
        }
        if (process.runsOtherPrograms) {
            return "It runs other programs, which inherit these connections and keep them open: accept with"
                    + " SOCK_CLOEXEC.";
        }
        return process.unreadable
                ? "Whether it runs other programs, which would inherit them, is unknown."
                : "Not seen to run other programs, which would inherit them.";
    }
}
