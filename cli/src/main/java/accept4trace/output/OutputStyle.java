package accept4trace.output;

import accept4trace.options.ColorWhen;
import accept4trace.text.Text;
import accept4trace.text.UserLocale;
import java.util.Map;

/** The style of the output according to the user's environment. */
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

    /** Returns the terminal type, or "not set". */
    public String terminal() {
        return value("TERM").isEmpty() ? "not set" : value("TERM");
    }

    public boolean canMoveCursor() {
        return !value("TERM").isEmpty() && !value("TERM").equals("dumb");
    }

    /** Returns whether the environment permits colours. Any non-empty NO_COLOR forbids them: see no-color.org. */
    private boolean wantsColour() {
        return value("NO_COLOR").isEmpty() && !value("TERM").equals("dumb");
    }

    private String value(String variable) {
        return environment.getOrDefault(variable, "");
    }
}
