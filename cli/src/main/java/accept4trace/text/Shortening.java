package accept4trace.text;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Shortens names, so that they fit into a number of terminal cells. IP addresses are never shortened, because the rest
 * would look like another address.
 */
public final class Shortening {
    /** An octal or other escape of {@link Escaper}, or a character with the marks that combine with it. */
    private static final Pattern UNIT = Pattern.compile("\\\\(?:[0-7]{1,3}|.)|\\X", Pattern.DOTALL);

    /** Begins an AF_UNIX name. Occurs nowhere else, because quotes inside names of any kind are escaped. */
    private static final Pattern OPENING_QUOTE = Pattern.compile("(?<!\\\\)\"");

    /** Names are not shortened to less than this, in cells, because nothing would be left to recognize. */
    private static final int SHORTEST = 4;

    private Shortening() {}

    /** Returns the mark for what is missing. */
    public static String mark(boolean utf8) {
        return utf8 ? "\u2026" : "..";
    }

    /**
     * Shortens the name of a socket or process. An AF_UNIX name such as {@code UNIX-STREAM 700,"/run/app.sock"} loses
     * its middle. A process such as {@code nginx[1234]} loses the end of its name, but keeps the id. Any other text is
     * returned unchanged. The result may be wider than {@code cells}, because at least four cells of the name remain.
     *
     * @param name escaped by {@link Escaper}
     * @param cells width in terminal cells
     */
    public static String name(String name, int cells, boolean utf8) {
        int excess = CellWidth.of(name) - cells;
        if (excess <= 0) {
            return name;
        }
        Matcher open = OPENING_QUOTE.matcher(name);
        if (open.find()) {
            return socketName(name, open.start(), name.lastIndexOf('"'), cells, utf8);
        }
        int bracket = name.endsWith("]") ? name.lastIndexOf('[') : -1;
        if (bracket < 0) {
            return name;
        }
        String comm = name.substring(0, bracket);
        return end(comm, Math.max(SHORTEST, CellWidth.of(comm) - excess), utf8) + name.substring(bracket);
    }

    /**
     * Drops the protocol and the inode before an AF_UNIX name, then shortens the name itself.
     *
     * @param open index of the first quote
     * @param close index of the last quote
     */
    private static String socketName(String name, int open, int close, int cells, boolean utf8) {
        String start = open > 0 && name.charAt(open - 1) == '@' ? "@\"" : "\"";
        String end = name.substring(close);
        int room = cells - start.length() - CellWidth.of(end);
        return start + middle(name.substring(open + 1, close), Math.max(SHORTEST, room), utf8) + end;
    }

    /** Shortens text in its middle, because the end of e.g. a path matters as much as its beginning. */
    public static String middle(String text, int cells, boolean utf8) {
        if (CellWidth.of(text) <= cells) {
            return text;
        }
        int room = cells - mark(utf8).length();
        if (room < 0) {
            return "";
        }
        List<String> units = units(text);
        String last = first(reversed(units), room / 2, true);
        return first(units, room - CellWidth.of(last), false) + mark(utf8) + last;
    }

    /** Shortens text at its end. */
    public static String end(String text, int cells, boolean utf8) {
        if (CellWidth.of(text) <= cells) {
            return text;
        }
        int room = cells - mark(utf8).length();
        return room < 0 ? "" : first(units(text), room, false) + mark(utf8);
    }

    /** Returns as many units as fit, joined in their order in the text. */
    private static String first(List<String> units, int cells, boolean areReversed) {
        List<String> fitting = new ArrayList<>();
        int taken = 0;
        for (String unit : units) {
            taken += CellWidth.of(unit);
            if (taken > cells) {
                break;
            }
            fitting.add(unit);
        }
        return String.join("", areReversed ? reversed(fitting) : fitting);
    }

    private static List<String> units(String text) {
        List<String> units = new ArrayList<>();
        Matcher unit = UNIT.matcher(text);
        while (unit.find()) {
            units.add(unit.group());
        }
        return units;
    }

    private static List<String> reversed(List<String> list) {
        List<String> copy = new ArrayList<>(list);
        Collections.reverse(copy);
        return copy;
    }
}
