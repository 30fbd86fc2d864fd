package accept4trace.options;

import accept4trace.diagnose.Finding;
import accept4trace.diagnose.Finding.Kind;
import accept4trace.outcome.UserError;
import accept4trace.text.Printable;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Which findings change the exit status.
 *
 * @param any every fault
 * @param kinds of these also what is told as a note
 */
public record FailOn(boolean any, Set<Kind> kinds) {
    public static final FailOn NOTHING = new FailOn(false, Set.of());

    private static final String ANY = "any";

    static FailOn parse(String option, String text) throws UserError {
        List<String> wanted = List.of(text.split(",", -1));
        for (String word : wanted) {
            if (!words().contains(word)) {
                throw UserError.usage(
                        option + ": '" + Printable.argument(word) + "' is none of " + String.join(", ", words()));
            }
        }
        Set<Kind> kinds = EnumSet.allOf(Kind.class);
        kinds.removeIf(kind -> !wanted.contains(kind.word()));
        return new FailOn(wanted.contains(ANY), kinds);
    }

    static List<String> words() {
        return Stream.concat(Stream.of(ANY), Arrays.stream(Kind.values()).map(Kind::word))
                .toList();
    }

    public boolean matches(Finding finding) {
        return kinds.contains(finding.kind()) || (any && finding.isFault());
    }
}
