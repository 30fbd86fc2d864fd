package accept4trace.diagnose;

import accept4trace.diagnose.Finding.Kind;
import accept4trace.diagnose.Finding.Severity;
import accept4trace.text.Units;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Finds calls that failed because a limit on open files was reached. One call is enough for a finding. */
final class FileLimits implements Check {
    @Override
    public List<Finding> findings(Observations seen, long durationNs) {
        Stream<Finding> ofProcesses =
                Program.of(seen, process -> process.emfile > 0).map(program -> ofProcess(program, durationNs));
        Stream<Finding> ofMachine = Program.of(seen, process -> process.enfile > 0)
                .map(program -> ofMachine(program, seen.machineFileLimit(), durationNs));
        return Stream.concat(ofProcesses, ofMachine).toList();
    }

    private static Finding ofProcess(Program program, long durationNs) {
        ObservedProcess sum = program.sum();
        return new Finding(
                Kind.EMFILE,
                Severity.FAILURE,
                null,
                program.tgids(),
                "EMFILE: " + program.name() + " reached the limit" + of(sum.openFileLimit) + ": "
                        + failed(sum.emfile, sum.calls, durationNs),
                "Raise the limit (LimitNOFILE= of the unit, ulimit -n, nginx: worker_rlimit_nofile), or find files that"
                        + " are never closed in /proc/" + program.tgids().get(0)
                        + "/fd. Until then, connections wait, and an event loop spins.",
                Map.of("failed", sum.emfile, "calls", sum.calls, "limit", sum.openFileLimit));
    }

    private static Finding ofMachine(Program program, long limit, long durationNs) {
        ObservedProcess sum = program.sum();
        return new Finding(
                Kind.ENFILE,
                Severity.FAILURE,
                null,
                program.tgids(),
                "ENFILE: " + program.name() + " reached the machine's limit" + of(limit) + ": "
                        + failed(sum.enfile, sum.calls, durationNs),
                "Raise fs.file-max, or find the processes with the most open files: /proc/sys/fs/file-nr begins with"
                        + " the number of all open files, and /proc/PID/fd lists those of a process.",
                Map.of("failed", sum.enfile, "calls", sum.calls, "limit", limit));
    }

    private static String of(long limit) {
        return limit < 0 ? " on open files" : " of " + Units.plural(limit, "open file", "open files");
    }

    private static String failed(long failed, long calls, long durationNs) {
        return Units.count(failed) + " of " + Units.plural(calls, "accept", "accepts") + " failed ("
                + Units.perSecond(failed, durationNs) + ")";
    }
}
