package accept4trace.bench;

import java.util.List;

/** Measures how long each BPF program takes per run. No other section counts runs, because counting takes time. */
final class ProgramCost implements Section {
    private static final List<String> KINDS = List.of("tcp", "unix", "eagain");

    private final Results costs = new Results("BPF programs: nanoseconds per run; the total is per call");

    @Override
    public void measure(Setting setting) {
        try (Programs.Counting counting = Programs.count()) {
            KINDS.forEach(kind -> measure(setting, kind));
        }
    }

    private void measure(Setting setting, String kind) {
        try (Load load = Load.start(setting);
                Tracer tracer = Tracer.attach(Tool.OURS, setting, load)) {
            List<Long> held = Programs.heldBy(tracer.pid());
            long calls = load.run(kind, setting.sliceMs()).calls();
            long total = 0;
            for (Programs.Program program : Programs.loaded()) {
                /* Skip programs that only ran while attaching. */
                if (held.contains(program.id()) && program.runs() >= calls) {
                    costs.add(program.name(), kind, (double) program.nanoseconds() / program.runs());
                    total += program.nanoseconds();
                }
            }
            costs.add("total", kind, (double) total / calls);
        }
    }

    @Override
    public List<Results> results() {
        return List.of(costs);
    }
}
