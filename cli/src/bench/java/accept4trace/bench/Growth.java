package accept4trace.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Measures how the cost depends on the number of targets, on threads, and on filters. */
final class Growth implements Section {
    private static final List<String> KINDS = List.of("tcp", "eagain");

    private final Results costs =
            new Results("accept4-trace: traced / untraced, and microseconds of its processor time a call");

    @Override
    public int rounds(Setting setting) {
        return setting.pick(1, setting.rounds(), setting.rounds());
    }

    @Override
    public void measure(Setting setting) {
        for (int targets : setting.pick(List.of(1, 1000), List.of(1, 10, 100, 1000), List.of(1, 10, 100, 1000))) {
            withIdle(setting, targets);
        }
        for (int threads : setting.pick(List.of(10), List.of(10, 100), List.of(10, 100, 1000))) {
            add(setting, threads + " threads", "", threads);
        }
        add(setting, "--port 1", "", 1, "--port", "1");
        add(setting, "--peer 192.0.2.0/24", "", 1, "--peer", "192.0.2.0/24");
        add(setting, "--min-duration 1h", "", 1, "--min-duration", "1h");
    }

    /** The load is one of the targets; the others sleep. */
    private void withIdle(Setting setting, int targets) {
        if (targets == 1) {
            add(setting, "1 target", "", 1);
            return;
        }
        try (Load idle = Load.idle(setting, targets - 1)) {
            String pids = idle.idleProcesses().stream().map(pid -> "," + pid).collect(Collectors.joining());
            add(setting, targets + " targets", pids, 1);
        }
    }

    private void add(Setting setting, String row, String moreTargets, int threads, String... options) {
        Programs.awaitNone();
        try (Load load = Load.start(setting)) {
            Map<String, Double> before = rates(setting, load, threads);
            try (Tracer tracer = Tracer.attach(Tool.OURS, setting, load, moreTargets, options)) {
                long cpuBefore = tracer.usage().cpuMs();
                long callsBefore = load.calls();
                rates(setting, load, threads).forEach((kind, rate) -> costs.add(row, kind, rate / before.get(kind)));
                tracer.settle();
                long calls = load.calls() - callsBefore;
                costs.add(row, "us a call", (tracer.usage().cpuMs() - cpuBefore) * 1e3 / calls);
            }
        }
    }

    private static Map<String, Double> rates(Setting setting, Load load, int threads) {
        Map<String, Double> rates = new LinkedHashMap<>();
        for (String kind : KINDS) {
            rates.put(
                    kind,
                    load.run(kind, setting.sliceMs(), Load.UNLIMITED, threads).rate());
        }
        return rates;
    }

    @Override
    public List<Results> results() {
        return List.of(costs);
    }
}
