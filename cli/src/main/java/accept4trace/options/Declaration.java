package accept4trace.options;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The declaration of an option. Each method that declares something returns this object. */
final class Declaration {
    /** How a shell completes the value of an option. */
    enum Completion {
        NOTHING,
        WORDS,
        FILES,
        USERS,
        PIDS,
        /** Process ids and names. */
        PROCESSES
    }

    private final Option.Group group;
    private List<String> names = List.of();
    private String argument = "";
    private boolean valueOptional;
    private @Nullable String defaultValue;
    private boolean repeatable;
    private String expression = "";
    private Completion completion = Completion.NOTHING;
    private List<String> words = List.of();
    private @Nullable Class<? extends Enum<?>> wordType;
    private Requirement requirement = Requirement.NOTHING;
    private List<String> excluded = List.of();
    private boolean common;
    private String help = "";

    private Declaration(Option.Group group) {
        this.group = group;
    }

    static Declaration in(Option.Group group) {
        return new Declaration(group);
    }

    /** Declares the short name, the long name, or both in this order. */
    Declaration named(String... all) {
        names = List.of(all);
        return this;
    }

    /** Declares a required value. An option without a declared value is a flag. */
    Declaration takes(String valueName) {
        argument = valueName;
        return this;
    }

    /** Declares an optional value after an equals sign. */
    Declaration mayTake(String valueName) {
        argument = "[" + valueName + "]";
        valueOptional = true;
        return this;
    }

    /**
     * Declares the default value. It applies if the option is missing or, if the option's value is optional, if the
     * option is given without one.
     */
    Declaration byDefault(String value) {
        defaultValue = value;
        return this;
    }

    /**
     * Declares that the option can be repeated, and that all its values count. Without this declaration, an option with
     * a value cannot be repeated.
     */
    Declaration repeatable() {
        repeatable = true;
        return this;
    }

    /** Declares the start of a value of -e that has the same meaning as the option, e.g. "status=". */
    Declaration alsoExpression(String start) {
        expression = start;
        return this;
    }

    /** Declares the words allowed in a value: {@code others}, then the constants of an enum in lower case. */
    Declaration words(Class<? extends Enum<?>> type, String... others) {
        wordType = type;
        return words(others);
    }

    Declaration words(String... all) {
        words = List.of(all);
        return completes(Completion.WORDS);
    }

    Declaration completes(Completion kind) {
        completion = kind;
        return this;
    }

    /** Declares what the command line must contain for the option to have an effect. */
    Declaration requires(Requirement what) {
        requirement = what;
        return this;
    }

    /** Declares the options that cannot be combined with this one, each by any of its names. */
    Declaration excludes(String... others) {
        excluded = List.of(others);
        return this;
    }

    /** Declares that -h describes the option. Those in {@link Help#SYNOPSIS} need no description. */
    Declaration common() {
        common = true;
        return this;
    }

    /** Declares the description. {@code {words}} and {@code {default}} in it are replaced. */
    Declaration help(String text) {
        help = text;
        return this;
    }

    Option.Group group() {
        return group;
    }

    List<String> names() {
        return names;
    }

    /** Returns the name of the value; empty for a flag. */
    String argument() {
        return argument;
    }

    boolean isValueOptional() {
        return valueOptional;
    }

    @Nullable
    String defaultValue() {
        return defaultValue;
    }

    boolean isRepeatable() {
        return repeatable;
    }

    /** Returns the start of the value of -e that has the same meaning; empty if there is none. */
    String expression() {
        return expression;
    }

    Completion completion() {
        return completion;
    }

    /** Returns the words. Loads their enum only now, because most runs do not need it. */
    List<String> words() {
        List<String> all = new ArrayList<>(words);
        if (wordType != null) {
            all.addAll(EnumWords.all(wordType));
        }
        return all;
    }

    Requirement requirement() {
        return requirement;
    }

    List<String> excluded() {
        return excluded;
    }

    boolean isCommon() {
        return common;
    }

    String help() {
        return help.replace("{words}", String.join(", ", words())).replace("{default}", String.valueOf(defaultValue));
    }
}
