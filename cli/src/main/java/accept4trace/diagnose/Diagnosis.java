package accept4trace.diagnose;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a run has shown about the servers that it looked at.
 *
 * @param findings the worst first, notes last
 * @param programs names of the processes that accepted or waited, each once; harmless to a terminal
 * @param processes how many of those there were
 * @param unseen what this kernel does not show, or null
 * @param forgotten what there was no memory for, or null
 * @param silence why there was no call at all, when there was none; may be empty
 */
public record Diagnosis(
        List<Finding> findings,
        List<String> programs,
        int processes,
        WakeUps wakeUps,
        @Nullable String unseen,
        @Nullable String forgotten,
        String silence) {
    /**
     * Waits that ended with a listener ready.
     *
     * @param empty those of them whose first accept found no connection
     */
    public record WakeUps(long all, long empty) {}

    public List<Finding> faults() {
        return findings.stream().filter(Finding::isFault).toList();
    }

    public List<Finding> notes() {
        return findings.stream().filter(finding -> !finding.isFault()).toList();
    }
}
