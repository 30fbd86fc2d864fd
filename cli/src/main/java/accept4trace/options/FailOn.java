package accept4trace.options;

import accept4trace.diagnose.Finding;
import accept4trace.diagnose.Finding.Kind;
import accept4trace.diagnose.Undecided;
import accept4trace.outcome.UserError;
import accept4trace.text.Printable;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * The findings that change the exit status.
 *
 * @param any include all findings that are faults
 * @param kinds include all findings of these kinds, even those that are only notes
 */
public record FailOn(boolean any, Set<Kind> kinds) {
    public static final FailOn NOTHING = new FailOn(false, Set.of());

    static final String ANY = "any";
    /** A word that selects both findings about the length of a queue. */
    static final String QUEUE = "queue";

    static FailOn parse(String text) throws UserError {
        List<String> known = Option.FAIL_ON.declaration().words();
        List<String> wanted = List.of(text.split(",", -1));
        for (String word : wanted) {
            if (word.equals("accept")) {
                throw UserError.usage(
                        "--fail-on: 'accept' is no longer a finding, because accept is traced like accept4");
            }
            if (!known.contains(word)) {
                throw UserError.usage(
                        "--fail-on: '" + Printable.argument(word) + "' is not one of " + String.join(", ", known));
            }
        }
        Set<Kind> kinds = EnumSet.allOf(Kind.class);
        kinds.removeIf(kind -> !wanted.contains(kind.word()) && !(isAboutLength(kind) && wanted.contains(QUEUE)));
        return new FailOn(wanted.contains(ANY), kinds);
    }

    private static boolean isAboutLength(Kind kind) {
        return kind == Kind.REFUSED || kind == Kind.FILLING;
    }

    /** Returns the kinds that must be ruled out. What the hooks do not show matters only if it is selected by name. */
    public Set<Kind> selected(Undecided undecided) {
        Set<Kind> selected = EnumSet.noneOf(Kind.class);
        undecided.kinds().stream()
                .filter(kind -> kinds.contains(kind) || (any && !undecided.byHooks() && kind.canBeFault()))
                .forEach(selected::add);
        return selected;
    }

    public boolean matches(Finding finding) {
        return kinds.contains(finding.kind()) || (any && finding.isFault());
    }
}
