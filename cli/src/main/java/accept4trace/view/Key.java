package accept4trace.view;

import org.jspecify.annotations.Nullable;

/** The keys of the live view. The key line and the help page are made from this table. */
public enum Key {
    QUIT("q", "quit", "end the trace"),
    SORT("s", "sort", "sort the table by the next column"),
    REVERSE("r", "reverse", "reverse the order of the table"),
    TABLE("t\t", "table", "switch between peers and workers (also: Tab)"),
    PAUSE("p ", "pause", "freeze the screen; counting continues (also: space bar)"),
    ZERO("z", "zero", "reset all counters"),
    HELP("?h", "help", "show or hide this page"),
    REPAINT("\f", "", "redraw the screen");

    private final String characters;
    private final String word;
    private final String explanation;

    /**
     * @param characters each of these characters triggers this key
     * @param word label on the key line; empty if the key line omits this key
     */
    Key(String characters, String word, String explanation) {
        this.characters = characters;
        this.word = word;
        this.explanation = explanation;
    }

    /** Returns null for an unknown character. */
    static @Nullable Key of(char typed) {
        for (Key key : values()) {
            if (key.characters.indexOf(Character.toLowerCase(typed)) >= 0) {
                return key;
            }
        }
        return null;
    }

    /** Returns the first character. Writes a control character with a caret, e.g. "^L" for a form feed. */
    String label() {
        char first = characters.charAt(0);
        return first < ' ' ? "^" + (char) (first + '@') : String.valueOf(first);
    }

    String word() {
        return word;
    }

    String explanation() {
        return explanation;
    }
}
