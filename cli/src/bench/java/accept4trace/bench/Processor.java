package accept4trace.bench;

import java.util.List;

/** Measures the CPU time of the tracers. */
final class Processor implements Section {
    private static final long WARM_UP_MS = 500;

    private final Results costs = new Results("Processor time of the tracer, microseconds a call, by calls a second");

    @Override
    public int rounds(Setting setting) {
        return setting.pick(1, setting.rounds(), setting.rounds());
    }

    @Override
    public void measure(Setting setting) {
        for (Tool tool : setting.tools(Tool.OURS, Tool.BARE, Tool.PERF, Tool.BPFTRACE)) {
            add(setting, tool, "tcp", 20_000);
            add(setting, tool, "eagain", 20_000);
        }
        /* Other tools lose most of these events. */
        for (Tool tool : setting.tools(Tool.OURS, Tool.BARE)) {
            add(setting, tool, "eagain", 200_000);
        }
    }

    private void add(Setting setting, Tool tool, String kind, long rate) {
        try (Load load = Load.start(setting);
                Tracer tracer = Tracer.attach(tool, setting, load)) {
            load.run(kind, WARM_UP_MS, rate, 1);
            tracer.settle();
            long before = tracer.usage().cpuMs();
            long calls = load.run(kind, setting.pick(1_000L, 1_000L, 5_000L), rate, 1)
                    .calls();
            tracer.settle();
            double microseconds = (tracer.usage().cpuMs() - before) * 1e3 / calls;
            costs.add(tool.label(), kind + " " + Samples.text(rate), microseconds);
        }
    }

    @Override
    public List<Results> results() {
        return List.of(costs);
    }
}
