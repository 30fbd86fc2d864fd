package accept4trace.view;

import org.jspecify.annotations.Nullable;

/** What the keyboard does in the live view; the key line and the help page read this table. */
public enum Key {
    QUIT("q", "quit", "end the trace"),
    SORT("s", "sort", "sort the table by its next column"),
    REVERSE("r", "reverse", "turn the order of the table round"),
    TABLE("t\t", "table", "peers or workers (Tab, too)"),
    PAUSE("p ", "pause", "keep the picture still; counting goes on (the space bar, too)"),
    ZERO("z", "zero", "count anew from now on"),
    HELP("?h", "help", "this page, and back"),
    REPAINT("\f", "", "draw the whole screen anew");

    private final String characters;
    private final String word;
    private final String explanation;

    /** {@code characters}: any of them; {@code word}: for the key line, empty where there is no room for it. */
    Key(String characters, String word, String explanation) {
        this.characters = characters;
        this.word = word;
        this.explanation = explanation;
    }

    /** Null for a character without a meaning. */
    static @Nullable Key of(char typed) {
        for (Key key : values()) {
            if (key.characters.indexOf(Character.toLowerCase(typed)) >= 0) {
                return key;
            }
        }
        return null;
    }

    /** The first of its characters, as on the keyboard. */
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
