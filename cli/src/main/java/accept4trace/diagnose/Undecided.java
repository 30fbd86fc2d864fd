package accept4trace.diagnose;

/**
 * Why a stuck listener cannot be ruled out.
 *
 * @param why the reason, for a notice
 * @param hint what to do about it
 */
public record Undecided(String why, String hint) {}
