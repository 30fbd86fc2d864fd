package accept4trace.diagnose;

import accept4trace.format.Names;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * All processes with the same name. A finding covers all of them, because the workers of a server behave alike.
 *
 * @param tgids process ids in ascending order
 * @param sum the sum of their statistics
 */
record Program(List<Integer> tgids, ObservedProcess sum) {

    /** Groups the affected processes by name. */
    static Stream<Program> of(Observations seen, Predicate<ObservedProcess> affected) {
        Map<String, Program> programs = new TreeMap<>();
        new TreeMap<>(seen.processes()).forEach((tgid, process) -> {
            if (affected.test(process)) {
                Program program = programs.computeIfAbsent(
                        Names.comm(process.comm), name -> new Program(new ArrayList<>(), new ObservedProcess()));
                program.tgids.add(tgid);
                program.sum.add(process);
            }
        });
        return programs.values().stream();
    }

    /** Returns names such as nginx[1234], nginx[1235]. */
    String name() {
        return Check.list(tgids.stream().map(tgid -> Check.name(tgid, sum)).toList());
    }
}
