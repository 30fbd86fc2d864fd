package accept4trace.diagnose;

/**
 * Why it is unknown whether a listener is stuck, although no such listener was found.
 *
 * @param why the reason, for a notice
 * @param hint what to do about it
 */
public record Undecided(String why, String hint) {}
