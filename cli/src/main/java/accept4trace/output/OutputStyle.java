package accept4trace.output;

import accept4trace.options.ColorWhen;
import accept4trace.text.Text;
import accept4trace.text.UserLocale;
import java.util.Map;

/** What the user's environment says of the output. */
public final class OutputStyle {
    private final Map<String, String> environment;

    public OutputStyle(Map<String, String> environment) {
        this.environment = environment;
    }

    /** {@code onTerminal}: the lines go to a terminal. */
    public Text.Style of(ColorWhen color, boolean onTerminal) {
        boolean colour =
                switch (color) {
                    case ALWAYS -> true;
                    case NEVER -> false;
                    case AUTO -> onTerminal && wantsColour();
                };
        return new Text.Style(UserLocale.isUtf8(environment), colour);
    }

    /** The word by which programs know the terminal. */
    public String terminal() {
        return value("TERM").isEmpty() ? "not set" : value("TERM");
    }

    public boolean canMoveCursor() {
        return !value("TERM").isEmpty() && !value("TERM").equals("dumb");
    }

    /** See no-color.org: set and not empty. */
    private boolean wantsColour() {
        return value("NO_COLOR").isEmpty() && !value("TERM").equals("dumb");
    }

    private String value(String variable) {
        return environment.getOrDefault(variable, "");
    }
}
