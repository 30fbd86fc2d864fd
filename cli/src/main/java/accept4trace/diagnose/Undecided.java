package accept4trace.diagnose;

/**
 * Why a stuck listener cannot be ruled out.
 *
 * @param why the reason, for a notice
 * @param hint what to do about it
 * @param recordedHint what to do about it if the diagnosis is that of a recording
 */
public record Undecided(String why, String hint, String recordedHint) {
    /** Returns the same reason with the hint for a recording. */
    public Undecided inRecording() {
        return new Undecided(why, recordedHint, recordedHint);
    }
}
