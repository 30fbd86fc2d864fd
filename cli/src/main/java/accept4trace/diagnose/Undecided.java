package accept4trace.diagnose;

import accept4trace.diagnose.Finding.Kind;
import java.util.Set;

/**
 * Why findings of some kinds cannot be ruled out, although there are none.
 *
 * @param kinds the kinds of these findings
 * @param byHooks whether the hooks in use are the reason. A notice at the start or the report then mentions it, too
 * @param why what could not be examined, for a notice; safe for a terminal
 * @param hint what to do about it
 * @param recordedHint what to do about it if a recording was diagnosed
 */
public record Undecided(Set<Kind> kinds, boolean byHooks, String why, String hint, String recordedHint) {
    /** Returns the same reason with the hint for a recording. */
    public Undecided inRecording() {
        return new Undecided(kinds, byHooks, why, recordedHint, recordedHint);
    }
}
