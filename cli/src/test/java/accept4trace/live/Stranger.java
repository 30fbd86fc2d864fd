package accept4trace.live;

import java.util.ArrayList;
import java.util.List;

/** An unprivileged user who attacks root's run of the tool. */
final class Stranger {
    static final int ID = 65533;

    /** The beginning of a command line that runs the rest as the stranger. */
    static final String BECOME =
            "setpriv --reuid=" + ID + " --regid=" + ID + " --clear-groups --bounding-set=-all --inh-caps=-all";

    private Stranger() {}

    /** Starts a bash of the stranger, with the arguments as $1, $2, ... */
    static Program bash(String script, String... arguments) {
        List<String> all = new ArrayList<>(List.of(script));
        all.addAll(List.of(arguments));
        return Program.bash("exec " + BECOME + " bash -c \"$@\"", withName(all));
    }

    /** Inserts the $0 of bash after the script. */
    private static String[] withName(List<String> scriptAndArguments) {
        List<String> all = new ArrayList<>(scriptAndArguments);
        all.add(1, "bash");
        return all.toArray(String[]::new);
    }
}
