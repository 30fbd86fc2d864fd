package accept4trace.outcome;

/** A line about the trace, for stderr. */
public record Notice(Kind kind, String text) {
    /** How a notice is printed. */
    public enum Kind {
        /** About the trace, e.g. that it begins. -q omits it. */
        NOTE,
        /** A way to learn more. -q omits it. */
        HINT,
        /** Something that must not be missed. */
        ALERT,
        /** What to do about the alert before it. */
        REMEDY
    }

    public static Notice note(String text) {
        return new Notice(Kind.NOTE, text);
    }

    public static Notice hint(String text) {
        return new Notice(Kind.HINT, text);
    }

    public static Notice alert(String text) {
        return new Notice(Kind.ALERT, text);
    }

    public static Notice remedy(String text) {
        return new Notice(Kind.REMEDY, text);
    }

    /** Returns whether -q omits the notice. */
    public boolean isOptional() {
        return kind == Kind.NOTE || kind == Kind.HINT;
    }
}
