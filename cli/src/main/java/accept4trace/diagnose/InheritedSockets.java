package accept4trace.diagnose;

import accept4trace.diagnose.Finding.Kind;
import accept4trace.diagnose.Finding.Severity;
import accept4trace.diagnose.ObservedProcess.FlagCount;
import accept4trace.text.Units;
import java.util.List;

/** Finds sockets accepted without SOCK_CLOEXEC. They are a fault if other programs inherit them. */
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
                count.numbers(process.connections));
    }

    /** Returns how often the flag was set later, as text. */
    static String setLater(ObservedProcess process, FlagCount count, String flag) {
        long inspections = count.setLater + count.notSet;
        if (inspections == 0) {
            return process.unreadable
                    ? "whether fcntl sets " + flag + " is unknown: its open files are unreadable"
                    : "none stayed open long enough to check whether fcntl sets " + flag;
        }
        return "fcntl set " + flag + " on " + Units.count(count.setLater) + " of "
                + Units.plural(inspections, "inspected socket", "inspected sockets");
    }

    private static String remedy(ObservedProcess process) {
        FlagCount count = process.withoutCloexec;
        if (count.notSet == 0 && count.setLater > 0) {
            return "If another thread forks between accept and fcntl, the child inherits them. accept4 with"
                    + " SOCK_CLOEXEC avoids this race.";
        }
        if (process.runsOtherPrograms) {
            return "It runs other programs, which inherit these connections and keep them open: accept with"
                    + " SOCK_CLOEXEC.";
        }
        return process.unreadable
                ? "It is unknown whether it runs other programs, which would inherit them."
                : "It was not seen to run other programs, which would inherit them.";
    }
}
