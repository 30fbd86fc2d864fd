package accept4trace.action;

import accept4trace.diagnose.Finding;
import accept4trace.diagnose.Finding.Kind;
import accept4trace.diagnose.Undecided;
import accept4trace.options.FailOn;
import accept4trace.outcome.ExitStatus;
import accept4trace.outcome.Outcome;
import accept4trace.output.Notices;
import accept4trace.text.Units;
import java.util.List;

/**
 * Whether a diagnosis has a finding that --fail-on selects.
 *
 * @param undecided why some findings cannot be ruled out; empty if the findings are complete
 */
record Verdict(FailOn failOn, List<Finding> findings, List<Undecided> undecided) {
    private static final int SHOWN = 4;

    /** Returns whether there is a finding that --fail-on selects. */
    boolean isFound() {
        return findings.stream().anyMatch(failOn::matches);
    }

    /**
     * Returns the given outcome, unless it is unknown whether there is a selected finding. In that case, reports why
     * and returns a failure, because what was not examined must not count as healthy.
     */
    Outcome orFailure(Outcome otherwise, Notices notices) {
        if (isFound()) {
            return otherwise;
        }
        Outcome outcome = otherwise;
        for (Undecided cause : undecided) {
            List<String> kinds = failOn.selected(cause).stream().map(Kind::word).toList();
            if (!kinds.isEmpty()) {
                notices.failure("cannot rule out " + Units.firstOf(kinds, SHOWN) + ": " + cause.why(), cause.hint());
                outcome = Outcome.status(ExitStatus.FAILURE);
            }
        }
        return outcome;
    }
}
