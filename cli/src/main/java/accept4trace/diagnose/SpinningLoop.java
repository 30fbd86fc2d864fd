package accept4trace.diagnose;

import accept4trace.diagnose.Finding.Kind;
import accept4trace.diagnose.Finding.Severity;
import accept4trace.text.Units;
import java.util.List;
import java.util.Map;

/** Finds threads that repeatedly call accept without getting a connection, and do not wait between these calls. */
final class SpinningLoop implements Check {
    /** A thread that pauses at least this long between calls does not spin, because its calls cost little. */
    static final long PAUSE_NS = 1_000_000;
    /** Minimum number of calls without a connection: as many as a loop with pauses of PAUSE_NS makes in a second. */
    private static final int MIN_CALLS = 1000;
    /** Minimum percentage of such calls among all accepts, because a long run can have MIN_CALLS of them by chance. */
    private static final int SHARE_PERCENT = 20;

    @Override
    public List<Finding> findings(Observations seen, long durationNs) {
        return Program.of(seen, process -> process.spinning > 0)
                .filter(program -> isSpinning(program.sum()))
                .map(program -> finding(program, durationNs))
                .toList();
    }

    private static boolean isSpinning(ObservedProcess sum) {
        return sum.spinning >= MIN_CALLS && Check.isShare(sum.spinning, sum.calls, SHARE_PERCENT);
    }

    private static Finding finding(Program program, long durationNs) {
        ObservedProcess sum = program.sum();
        return new Finding(
                Kind.SPIN,
                Check.isCostly(sum.spinning, durationNs) ? Severity.WASTE : Severity.NOTE,
                null,
                program.tgids(),
                "spinning accept loop: " + program.name() + " made " + Units.count(sum.spinning)
                        + " consecutive accepts without a connection (" + Units.perSecond(sum.spinning, durationNs)
                        + ")",
                "It does not wait between these calls. Wait with epoll_wait or poll, or use a blocking listener.",
                Map.of("spinning", sum.spinning, "calls", sum.calls));
    }
}
