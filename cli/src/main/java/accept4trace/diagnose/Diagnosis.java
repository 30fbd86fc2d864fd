package accept4trace.diagnose;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The result of a run: findings about the observed servers.
 *
 * @param findings the most severe first, notes last
 * @param programs names of the processes that accepted, waited, hold a listener or have thrown connections away,
 *     without duplicates; safe for a terminal
 * @param processes the number of these processes
 * @param unseen what this kernel does not show, or null
 * @param forgotten what the diagnosis does not cover because memory is limited, the run was too short, or the rest of a
 *     recording could not be read; null if it covers everything
 * @param silence the likely reason why no call was seen, unless a finding explains it; may be empty
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
     * Waits that returned with a listener ready.
     *
     * @param empty the waits after which the first accept found no connection
     */
    public record WakeUps(long all, long empty) {}

    public List<Finding> faults() {
        return findings.stream().filter(Finding::isFault).toList();
    }

    public List<Finding> notes() {
        return findings.stream().filter(finding -> !finding.isFault()).toList();
    }
}
