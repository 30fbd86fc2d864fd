package accept4trace.view;

import org.jspecify.annotations.Nullable;

/** The user's choices, made by keys. */
public final class Controls {
    /** The column "conns" in both tables. */
    private static final int FIRST_SORT = 2;

    private static final int TABLES = 2;
    private static final char ESCAPE = '\u001b';

    private final int[] sortedBy = {FIRST_SORT, FIRST_SORT};
    private final boolean[] reversed = new boolean[TABLES];
    private int table;
    private boolean paused;
    private boolean help;

    /** Handles the keys that only change the view; the caller handles the others. Null for an unknown key. */
    @Nullable
    Key press(char typed) {
        Key key = Key.of(typed);
        if (key == null) {
            return null;
        }
        switch (key) {
            case SORT -> sortedBy[table]++;
            case REVERSE -> reversed[table] = !reversed[table];
            case TABLE -> table = (table + 1) % TABLES;
            case PAUSE -> paused = !paused;
            case HELP -> help = !help;
            case QUIT, ZERO, REPAINT -> {}
        }
        return key;
    }

    /**
     * Returns the keys in the typed characters, in order. Ignores keys such as arrows, which arrive as an escape
     * sequence. The Esc key is an escape that does not begin a sequence.
     */
    public static String withoutEscapes(String typed) {
        StringBuilder keys = new StringBuilder();
        for (int at = 0; at < typed.length(); at++) {
            if (typed.charAt(at) == ESCAPE) {
                at = endOfSequence(typed, at);
            } else {
                keys.append(typed.charAt(at));
            }
        }
        return keys.toString();
    }

    /** ECMA-48: after "ESC [" the first character from '@' to '~' is the last one, after "ESC O" the next one is. */
    private static int endOfSequence(String typed, int escape) {
        int last = typed.length() - 1;
        char kind = escape < last ? typed.charAt(escape + 1) : 0;
        if (kind == 'O') {
            return Math.min(escape + 2, last);
        }
        if (kind != '[') {
            return escape;
        }
        for (int at = escape + 2; at <= last; at++) {
            if (typed.charAt(at) >= '@' && typed.charAt(at) <= '~') {
                return at;
            }
        }
        return last;
    }

    public boolean isPaused() {
        return paused;
    }

    boolean showsHelp() {
        return help;
    }

    /** The table: peers (0) or workers (1). */
    int table() {
        return table;
    }

    /** A counter. Its remainder by the number of sortable columns is the column. */
    int sortedBy(int table) {
        return sortedBy[table];
    }

    boolean isReversed(int table) {
        return reversed[table];
    }
}
