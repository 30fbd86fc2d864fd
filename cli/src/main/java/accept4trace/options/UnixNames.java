package accept4trace.options;

import accept4trace.outcome.UserError;
import accept4trace.text.Printable;

/** Parses names of AF_UNIX sockets on the command line. Strings have one character per byte. */
final class UnixNames {
    /** The size of sun_path. */
    private static final int MAX_BYTES = 108;

    private UnixNames() {}

    /** Returns whether a text is the path of an AF_UNIX socket or an abstract name rather than an IP address. */
    static boolean isName(String text) {
        return text.startsWith("@") || text.contains("/");
    }

    /**
     * Returns the name as the kernel stores it. An @ at the start means an abstract name, and becomes a NUL character.
     */
    static String parse(String option, String text) throws UserError {
        String name = text.startsWith("@") ? "\0" + text.substring(1) : text;
        if (name.length() > MAX_BYTES || name.equals("\0")) {
            throw UserError.usage(
                    option + ": a name has 1 to " + MAX_BYTES + " bytes: '" + Printable.argument(text) + "'");
        }
        return name;
    }
}
