package accept4trace.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Measures the calls per second of a traced process, in proportion to those of an untraced one. */
final class Slowdown implements Section {
    /** Kinds of calls. Those with so many events that the tracer falls behind come last. */
    private static final List<String> KINDS = List.of("tcp", "unix", "eagain", "ebadf");

    private final Results untraced = new Results("Thousand calls a second");
    private final Results ratios = new Results("Traced / untraced: calls a second; shown: lines / calls");
    private final Results comparison = new Results("Calls a second under both");

    @Override
    public void measure(Setting setting) {
        Map<Tool, Map<String, Double>> round = new LinkedHashMap<>();
        for (Tool tool : setting.tools()) {
            round.put(tool, ratios(setting, tool));
        }
        for (String kind : KINDS) {
            comparison.add(
                    "accept4-trace / bare C",
                    kind,
                    round.get(Tool.OURS).get(kind) / round.get(Tool.BARE).get(kind));
        }
    }

    /** Measures untraced calls immediately before traced ones, so that both have the same conditions. */
    private Map<String, Double> ratios(Setting setting, Tool tool) {
        Map<String, Double> found = new LinkedHashMap<>();
        Programs.awaitNone();
        try (Load load = Load.start(setting)) {
            Map<String, Double> before = new LinkedHashMap<>();
            KINDS.forEach(
                    kind -> before.put(kind, load.run(kind, setting.sliceMs()).rate()));
            before.forEach((kind, rate) -> untraced.add("untraced", kind, rate / 1e3));
            long callsBefore = load.calls();
            try (Tracer tracer = Tracer.attach(tool, setting, load)) {
                for (String kind : KINDS) {
                    double ratio = load.run(kind, setting.sliceMs()).rate() / before.get(kind);
                    ratios.add(tool.label(), kind, ratio);
                    found.put(kind, ratio);
                    tracer.settle();
                }
                long lines = tracer.interrupt().lines();
                if (tool.hasLinePerCall()) {
                    ratios.add(tool.label(), "shown", (double) lines / (load.calls() - callsBefore));
                }
            }
        }
        return found;
    }

    @Override
    public List<Results> results() {
        return List.of(untraced, ratios, comparison);
    }
}
