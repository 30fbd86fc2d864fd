package accept4trace.options;

import accept4trace.outcome.UserError;
import accept4trace.text.Printable;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Parses values from a fixed list of words: the constants of an enum in lower case. */
final class EnumWords {
    private static final String ALL = "all";
    private static final String NONE = "none";

    private EnumWords() {}

    static <E extends Enum<E>> E one(String option, String text, Class<E> words) throws UserError {
        return find(option, text, words, "");
    }

    /** Parses a set as strace does: words separated by commas, "all" or "none"; a leading '!' negates the set. */
    static <E extends Enum<E>> Set<E> set(String option, String text, Class<E> words) throws UserError {
        return set(option, text, words, EnumSet.allOf(words));
    }

    /**
     * Like {@link #set(String, String, Class)}, but "all" means {@code everything}, and a negation removes words from
     * it.
     */
    static <E extends Enum<E>> Set<E> set(String option, String text, Class<E> words, Set<E> everything)
            throws UserError {
        boolean others = text.startsWith("!");
        EnumSet<E> set = EnumSet.noneOf(words);
        for (String part : text.substring(others ? 1 : 0).split(",", -1)) {
            switch (part) {
                case ALL -> set.addAll(everything);
                case NONE -> set.clear();
                default -> set.add(find(option, part, words, ALL + ", " + NONE + ", "));
            }
        }
        if (!others) {
            return set;
        }
        EnumSet<E> rest = EnumSet.copyOf(everything);
        rest.removeAll(set);
        return rest;
    }

    static List<String> all(Class<? extends Enum<?>> words) {
        return Arrays.stream(words.getEnumConstants()).map(EnumWords::lower).toList();
    }

    private static <E extends Enum<E>> E find(String option, String text, Class<E> words, String alsoAllowed)
            throws UserError {
        for (E word : words.getEnumConstants()) {
            if (lower(word).equals(text)) {
                return word;
            }
        }
        throw UserError.usage(
                option + ": '" + Printable.argument(text) + "' is not one of " + alsoAllowed + list(words));
    }

    private static String lower(Enum<?> word) {
        return word.toString().toLowerCase(Locale.ROOT);
    }

    private static String list(Class<? extends Enum<?>> words) {
        return String.join(", ", all(words));
    }
}
