package accept4trace.bench;

import java.nio.file.Path;
import java.util.List;

/**
 * The settings that all sections share.
 *
 * @param dist the tree with the tool under measurement
 * @param programs folder with the programs {@code load}, {@code consumer} and {@code least}
 * @param scratch folder for output files
 * @param tools the tracers to compare, without those that are not installed
 * @param rounds how often each measurement is made
 * @param sliceMs how long a load runs at a time, in milliseconds
 */
record Setting(Path dist, Path programs, Path scratch, List<Tool> tools, int rounds, long sliceMs, Extent extent) {
    /** QUICK: only the measurements that can show a regression. LONG: also those that take minutes. */
    enum Extent {
        QUICK,
        USUAL,
        LONG
    }

    boolean isQuick() {
        return extent == Extent.QUICK;
    }

    Path tool() {
        return dist.resolve("bin/accept4-trace");
    }

    Path runtime() {
        return dist.resolve("lib/accept4-trace/runtime");
    }

    String program(String name) {
        return programs.resolve(name).toString();
    }

    /** Returns the tracers among {@code wanted} that this run compares. */
    List<Tool> tools(Tool... wanted) {
        return tools.stream().filter(List.of(wanted)::contains).toList();
    }

    /** Returns the value for the extent of the run. */
    <T> T pick(T quickly, T usually, T atLength) {
        return switch (extent) {
            case QUICK -> quickly;
            case USUAL -> usually;
            case LONG -> atLength;
        };
    }
}
