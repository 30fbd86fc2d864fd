package accept4trace.action;

import accept4trace.diagnose.Finding;
import accept4trace.diagnose.Undecided;
import accept4trace.options.FailOn;
import accept4trace.outcome.ExitStatus;
import accept4trace.outcome.Outcome;
import accept4trace.output.Notices;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whether a diagnosis has a finding that --fail-on selects.
 *
 * @param undecided why the findings may lack a stuck listener; null if they are complete
 */
record Verdict(FailOn failOn, List<Finding> findings, @Nullable Undecided undecided) {
    /** Returns whether there is a finding that --fail-on selects. */
    boolean isFound() {
        return findings.stream().anyMatch(failOn::matches);
    }

    /**
     * Returns the given outcome, unless it is unknown whether there is a selected finding. In that case, reports why
     * and returns a failure, because queues that were not examined must not count as healthy.
     */
    Outcome orFailure(Outcome otherwise, Notices notices) {
        if (isFound() || undecided == null || !failOn.needsQueues()) {
            return otherwise;
        }
        notices.failure("unknown whether a listener is stuck: " + undecided.why(), undecided.hint());
        return Outcome.status(ExitStatus.FAILURE);
    }
}
