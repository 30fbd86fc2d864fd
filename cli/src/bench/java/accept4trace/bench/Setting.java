package accept4trace.bench;

import java.nio.file.Path;
import java.util.List;

/**
 * What all sections share.
 *
 * @param dist the tree with the tool under measurement
 * @param programs folder of the load and of the bare consumer
 * @param scratch folder for output files
 * @param tools the tracers to compare, those that are installed
 * @param rounds how often each measurement is made
 * @param sliceMs how long a load runs at a time
 * @param quick only what shows a change
 * @param isLong what takes minutes as well
 */
record Setting(
        Path dist,
        Path programs,
        Path scratch,
        List<Tool> tools,
        int rounds,
        long sliceMs,
        boolean quick,
        boolean isLong) {
    Path tool() {
        return dist.resolve("bin/accept4-trace");
    }

    Path runtime() {
        return dist.resolve("lib/accept4-trace/runtime");
    }

    String program(String name) {
        return programs.resolve(name).toString();
    }

    /** The tracers to compare whose output is of this kind. */
    List<Tool> tools(Tool... wanted) {
        return tools.stream().filter(List.of(wanted)::contains).toList();
    }

    /** In the place of a value of the default run one for a quick or a long run. */
    <T> T pick(T quickly, T usually, T atLength) {
        return quick ? quickly : isLong ? atLength : usually;
    }
}
