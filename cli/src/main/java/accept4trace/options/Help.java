package accept4trace.options;

import java.util.ArrayList;
import java.util.List;

/** The texts of -h and --help. */
public final class Help {
    static final List<String> SYNOPSIS = List.of(
            "accept4-trace [OPTIONS] -p PID|NAME[,...]   running processes, all threads",
            "accept4-trace [OPTIONS] -- COMMAND [ARG...] this command, from its start",
            "accept4-trace [OPTIONS] --all|--port PORT   every process, or those on PORT",
            "accept4-trace --queue [-p PID|NAME[,...]]   who waits in accept queues now",
            "accept4-trace --read FILE [OPTIONS]         any report from a recording",
            "accept4-trace --check                       what this kernel allows");

    private static final int COLUMN = 33;
    private static final int WIDTH = 80;

    private Help() {}

    /** Returns the text of --help, with all options. */
    public static List<String> lines() {
        List<String> lines = head();
        for (Option.Group group : Option.Group.values()) {
            lines.add(group.title() + ":");
            for (Option option : Option.values()) {
                if (option.group() == group) {
                    lines.addAll(lines(option));
                }
            }
        }
        return lines;
    }

    /** Returns the text of -h, which fits on one screen. */
    public static List<String> shortLines() {
        List<String> lines = head();
        for (Option option : Option.values()) {
            if (option.declaration().isCommon()) {
                lines.addAll(lines(option));
            }
        }
        lines.add("--help shows all options. accept4-trace(8) explains them.");
        return lines;
    }

    private static List<String> head() {
        List<String> lines = new ArrayList<>();
        lines.add("accept4-trace: who connects to a server, and does it accept in time?");
        lines.add("");
        SYNOPSIS.forEach(line -> lines.add("  " + line));
        lines.add("");
        return lines;
    }

    private static List<String> lines(Option option) {
        String names = String.join(", ", option.names());
        String left = "  " + names + (option.takesValue() ? " " + option.argument() : "");
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder(left).append(" ".repeat(Math.max(1, COLUMN - left.length() - 1)));
        for (String word : option.description().split(" ")) {
            if (line.length() + 1 + word.length() > WIDTH) {
                lines.add(line.toString());
                line = new StringBuilder(" ".repeat(COLUMN - 1));
            }
            line.append(' ').append(word);
        }
        lines.add(line.toString());
        return lines;
    }
}
