package accept4trace.options;

import accept4trace.outcome.UserError;
import accept4trace.text.Printable;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.StringTokenizer;

/**
 * Parses the values of -p: ids and names separated by commas, blanks or line ends as in strace, so that
 * {@code -p "$(pidof nginx)"} works. A word of digits is always an id.
 */
final class AttachOption {
    private static final String SEPARATORS = ", \t\n\u000b\f\r";
    private static final String ID = "[0-9]+";

    private final Set<Integer> ids = new LinkedHashSet<>();
    private final Set<String> names = new LinkedHashSet<>();

    AttachOption(Given given) throws UserError {
        String option = given.typed(Option.ATTACH);
        for (String text : given.texts(Option.ATTACH)) {
            StringTokenizer words = new StringTokenizer(text, SEPARATORS);
            if (!words.hasMoreTokens()) {
                throw UserError.usage(option + ": no process in '" + Printable.argument(text) + "'");
            }
            while (words.hasMoreTokens()) {
                add(option, words.nextToken());
            }
        }
    }

    private void add(String option, String word) throws UserError {
        if (word.matches(ID)) {
            ids.add((int) Quantities.positive(option, word, Integer.MAX_VALUE));
        } else if (word.startsWith("-")) {
            throw UserError.usage(option + ": not a process id or name: '" + Printable.argument(word) + "'");
        } else {
            names.add(word);
        }
    }

    List<Integer> ids() {
        return List.copyOf(ids);
    }

    /** Returns the names, one character per byte. */
    List<String> names() {
        return List.copyOf(names);
    }
}
