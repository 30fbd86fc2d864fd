package accept4trace.view;

import org.jspecify.annotations.Nullable;

/** The user's choices, made by keys. */
public final class Controls {
    /** Index of "conns" among the sortable columns of both tables. */
    private static final int FIRST_SORT = 2;

    private static final int TABLES = 2;
    private static final char ESCAPE = '\u001b';

    private final int[] sortedBy = {FIRST_SORT, FIRST_SORT};
    private final boolean[] reversed = new boolean[TABLES];
    private int table;
    private boolean paused;
    private boolean help;

    /**
     * Handles a key if it only changes the view; the caller handles other keys. Returns the key, or null if unknown.
     */
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
     * sequence. Also ignores the Esc key, which sends an escape that does not begin a sequence.
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

    /**
     * Returns the index of the last character of a sequence. After "ESC [", this is the first character from '@' to '~'
     * (ECMA-48); after "ESC O", it is the next character.
     */
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

    /** Returns the active table: peers (0) or workers (1). */
    int table() {
        return table;
    }

    /** Returns a counter. Modulo the number of sortable columns, it is the index of the sort column. */
    int sortedBy(int table) {
        return sortedBy[table];
    }

    boolean isReversed(int table) {
        return reversed[table];
    }
}
