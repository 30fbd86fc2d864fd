package accept4trace.options;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Everything that is declared of one option. Each method adds a fact and returns the declaration. */
final class Declaration {
    /** How a shell completes the value of an option. */
    enum Completion {
        NOTHING,
        WORDS,
        FILES,
        USERS,
        PROCESSES
    }

    private final Option.Group group;
    private List<String> names = List.of();
    private String argument = "";
    private boolean valueOptional;
    private @Nullable String defaultValue;
    private boolean repeatable;
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

    /** Declares a value, which the option must have. Without it the option is a flag. */
    Declaration takes(String valueName) {
        argument = valueName;
        return this;
    }

    /** Declares a value after an equals sign, which the option need not have. */
    Declaration mayTake(String valueName) {
        argument = "[" + valueName + "]";
        valueOptional = true;
        return this;
    }

    /** Declares the value that applies if the option is missing. */
    Declaration byDefault(String value) {
        defaultValue = value;
        return this;
    }

    /** Declares that the values of several occurrences add up. Otherwise the option can be given once. */
    Declaration repeatable() {
        repeatable = true;
        return this;
    }

    /** Declares the words that a value consists of: the texts of an enum in lower case, and others before them. */
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

    /** Declares options, by any of their names, that cannot be on the same command line. */
    Declaration excludes(String... others) {
        excluded = List.of(others);
        return this;
    }

    /** Declares that -h shows the option. */
    Declaration common() {
        common = true;
        return this;
    }

    /** Declares the description; {@code {words}} in it becomes the words, {@code {default}} the default value. */
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

    Completion completion() {
        return completion;
    }

    /** Returns the words. Loads their type, which a start does not need. */
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
