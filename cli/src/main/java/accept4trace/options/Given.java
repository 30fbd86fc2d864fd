package accept4trace.options;

import accept4trace.outcome.UserError;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** The options and the COMMAND on a command line, as they were given. */
final class Given {
    /** Marks an option that was given without its optional value. Real arguments cannot contain a NUL. */
    static final String NO_VALUE = "\0";

    private final ParseResult parsed;

    Given(ParseResult parsed) {
        this.parsed = parsed;
    }

    /** Returns whether the option was given, by name or as an expression of -e. */
    boolean has(Option option) {
        return isNamed(option) || isExpression(option);
    }

    boolean isNamed(Option option) {
        return parsed.hasMatchedOption(option.anyName());
    }

    /** Returns whether the option was given as an expression of -e, e.g. -e status=failed. */
    boolean isExpression(Option option) {
        String start = option.declaration().expression();
        return !start.isEmpty() && texts(Option.TRACE).stream().anyMatch(text -> text.startsWith(start));
    }

    boolean hasCommand() {
        return parsed.hasMatchedPositional(0);
    }

    /** Returns the COMMAND and its arguments; empty if there is none. */
    List<String> command() {
        return parsed.matchedPositionalValue(0, List.of());
    }

    /** Returns whether there is a COMMAND, but no -- before it. */
    boolean hasBareCommand() {
        List<String> words = parsed.originalArgs();
        int before = words.size() - command().size() - 1;
        return hasCommand() && (before < 0 || !words.get(before).equals("--"));
    }

    /** Returns how often the option was given, e.g. 2 for -qq. */
    int times(Option option) {
        return values(option).size();
    }

    /** Returns the value. If the option is missing, returns its default value, or null if it has none. */
    @Nullable
    String text(Option option) {
        return parsed.matchedOptionValue(option.anyName(), option.declaration().defaultValue());
    }

    /** Returns the values of a repeatable option. */
    List<String> texts(Option repeatable) {
        return parsed.matchedOptionValue(repeatable.anyName(), List.of());
    }

    /** Returns the values of an option as they were given. */
    List<String> values(Option option) {
        OptionSpec spec = parsed.matchedOption(option.anyName());
        return spec == null ? List.of() : spec.originalStringValues();
    }

    /** Returns the value as a constant of an enum. The option must have a default value. */
    <E extends Enum<E>> E word(Option option, Class<E> words) throws UserError {
        return EnumWords.one(typed(option), Objects.requireNonNull(text(option)), words);
    }

    /** Returns a positive number, or {@code otherwise} if the option is missing. */
    long positive(Option option, long most, long otherwise) throws UserError {
        String text = text(option);
        return text == null ? otherwise : Quantities.positive(typed(option), text, most);
    }

    /** Returns a positive duration in nanoseconds, or {@code otherwise} if the option is missing. */
    long time(Option option, long otherwise) throws UserError {
        String text = text(option);
        return text == null ? otherwise : Quantities.time(typed(option), text);
    }

    long timeOrZero(Option option, long otherwise) throws UserError {
        String text = text(option);
        return text == null ? otherwise : Quantities.timeOrZero(typed(option), text);
    }

    /**
     * Returns the option's name as typed, or e.g. "-e status". If the name is part of a longer word, such as the
     * cluster -fq or -p1, returns the first name of the option.
     */
    String typed(Option option) {
        if (!isNamed(option) && isExpression(option)) {
            return expression(option);
        }
        List<String> words = parsed.originalArgs();
        for (String word : words.subList(0, words.size() - command().size())) {
            for (String name : option.names()) {
                if (word.equals(name) || word.startsWith(name + "=")) {
                    return name;
                }
            }
        }
        return option.names().get(0);
    }

    /** Returns the start of the expression of -e that has the same meaning as the option, e.g. "-e status". */
    String expression(Option option) {
        return typed(Option.TRACE) + " " + option.declaration().expression().replace("=", "");
    }
}
