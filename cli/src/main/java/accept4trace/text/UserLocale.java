package accept4trace.text;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Detects the character set of the user's locale. The launcher makes Java use another one: see {@link Printable}. */
public final class UserLocale {
    /** Set by the launcher to the codeset of the C library. Empty or wrong if the locale is not installed. */
    private static final String CODESET = "accept4trace.codeset";

    private static final String UTF_8 = "UTF-8";

    private UserLocale() {}

    /** Returns whether the user's locale is UTF-8, according to the C library or to the environment. */
    public static boolean isUtf8(Map<String, String> environment) {
        return System.getProperty(CODESET, "").equalsIgnoreCase(UTF_8) || isNamedUtf8(environment);
    }

    /** The first variable that is set and not empty decides, as in setlocale(3). Example: "ca_ES.UTF-8@valencia". */
    private static boolean isNamedUtf8(Map<String, String> environment) {
        for (String variable : List.of("LC_ALL", "LC_CTYPE", "LANG")) {
            String locale = environment.getOrDefault(variable, "");
            if (!locale.isEmpty()) {
                int modifier = locale.indexOf('@');
                String name = modifier < 0 ? locale : locale.substring(0, modifier);
                String codeset = name.substring(name.indexOf('.') + 1).toUpperCase(Locale.ROOT);
                return codeset.equals(UTF_8) || codeset.equals("UTF8");
            }
        }
        return false;
    }
}
