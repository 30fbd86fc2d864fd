package accept4trace.live;

import java.util.ArrayList;
import java.util.List;

/** A user without any rights, who wants root's. */
final class Stranger {
    static final int ID = 65533;

    /** A command whose arguments are the command that the stranger runs. */
    static final String BECOME =
            "setpriv --reuid=" + ID + " --regid=" + ID + " --clear-groups --bounding-set=-all --inh-caps=-all";

    private Stranger() {}

    /** Starts a bash of the stranger, with the arguments as $1, $2, ... */
    static Program bash(String script, String... arguments) {
        List<String> all = new ArrayList<>(List.of(script));
        all.addAll(List.of(arguments));
        return Program.bash("exec " + BECOME + " bash -c \"$@\"", withName(all));
    }

    /** The name is the bash's $0. */
    private static String[] withName(List<String> scriptAndArguments) {
        List<String> all = new ArrayList<>(scriptAndArguments);
        all.add(1, "bash");
        return all.toArray(String[]::new);
    }
}
