package accept4trace.diagnose;

import accept4trace.diagnose.Finding.Kind;
import java.util.Set;

/**
 * Why some findings cannot be ruled out although there are none.
 *
 * @param kinds the kinds of these findings
 * @param byHooks whether the hooks in use are the reason. Then it was known from the start, and the report says so
 * @param why what could not be examined, for a notice; safe for a terminal
 * @param hint what to do about it
 * @param recordedHint what to do about it if the diagnosis is that of a recording
 */
public record Undecided(Set<Kind> kinds, boolean byHooks, String why, String hint, String recordedHint) {
    /** Returns the same reason with the hint for a recording. */
    public Undecided inRecording() {
        return new Undecided(kinds, byHooks, why, recordedHint, recordedHint);
    }
}
