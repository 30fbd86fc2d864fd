package accept4trace.bench;

import java.util.List;

/** Measures how long each BPF program takes per run. No other section counts runs, because counting takes time. */
final class ProgramCost implements Section {
    private static final List<String> KINDS = List.of("tcp", "unix", "eagain");

    private final Results costs = new Results("BPF programs: nanoseconds per run; the total is per call");

    @Override
    public void measure(Setting setting) {
        try (Programs.Counting counting = Programs.count()) {
            KINDS.forEach(kind -> measure(setting, kind, kind));
            measure(setting, "tcp, filtered out", "tcp", "--port", "1");
        }
    }

    private void measure(Setting setting, String column, String kind, String... options) {
        try (Load load = Load.start(setting);
                Tracer tracer = Tracer.start(Tool.OURS, setting, Long.toString(load.pid()), options)) {
            List<Long> held = Programs.heldBy(tracer.pid());
            long calls = load.run(kind, setting.sliceMs()).calls();
            long total = 0;
            for (Programs.Program program : Programs.loaded()) {
                /* Skip programs that only ran while attaching. */
                if (held.contains(program.id()) && program.runs() >= calls) {
                    costs.add(program.name(), column, (double) program.nanoseconds() / program.runs());
                    total += program.nanoseconds();
                }
            }
            costs.add("total", column, (double) total / calls);
        }
    }

    @Override
    public List<Results> results() {
        return List.of(costs);
    }
}
