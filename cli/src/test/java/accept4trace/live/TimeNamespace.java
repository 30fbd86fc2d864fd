package accept4trace.live;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A time namespace whose CLOCK_MONOTONIC and CLOCK_BOOTTIME are ten days ahead of the kernel's. */
final class TimeNamespace {
    private static final List<String> ENTER =
            List.of("-T", "--monotonic=864000", "--boottime=864000", "--fork", "--kill-child");

    private TimeNamespace() {}

    /** Starts a program in the namespace. The program is a child of the returned process. */
    static Program start(Path executable, List<String> arguments) {
        List<String> all = new ArrayList<>(ENTER);
        all.add(executable.toString());
        all.addAll(arguments);
        return Program.start(Requirements.installed("unshare"), all);
    }
}
