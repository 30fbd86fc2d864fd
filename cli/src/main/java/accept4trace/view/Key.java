package accept4trace.view;

import org.jspecify.annotations.Nullable;

/** The keys of the live view. The key line and the help page are made from this table. */
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

    /** {@code characters}: each of them is this key; {@code word}: for the key line, empty if the key is not on it. */
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

    /** The first of its characters. */
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
