package accept4trace.options;

import accept4trace.diagnose.Finding;
import accept4trace.diagnose.Finding.Kind;
import accept4trace.outcome.UserError;
import accept4trace.text.Printable;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * The findings that change the exit status.
 *
 * @param any all findings that are faults
 * @param kinds all findings of these kinds, even if they are only notes
 */
public record FailOn(boolean any, Set<Kind> kinds) {
    public static final FailOn NOTHING = new FailOn(false, Set.of());

    static final String ANY = "any";

    static FailOn parse(String text) throws UserError {
        List<String> known = Option.FAIL_ON.declaration().words();
        List<String> wanted = List.of(text.split(",", -1));
        for (String word : wanted) {
            if (!known.contains(word)) {
                throw UserError.usage(
                        "--fail-on: '" + Printable.argument(word) + "' is not one of " + String.join(", ", known));
            }
        }
        Set<Kind> kinds = EnumSet.allOf(Kind.class);
        kinds.removeIf(kind -> !wanted.contains(kind.word()));
        return new FailOn(wanted.contains(ANY), kinds);
    }

    public boolean matches(Finding finding) {
        return kinds.contains(finding.kind()) || (any && finding.isFault());
    }
}
