package accept4trace.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Measures connections per second with the hooks that see refused connections and closed listeners, in proportion to
 * those of an untraced process. Nothing is refused or closed, so these are the costs for all others.
 */
final class Hooks implements Section {
    private static final List<String> KINDS = List.of("tcp", "unix");

    /** The options that select hooks, by label. */
    private static final Map<String, String[]> HOOKS = new LinkedHashMap<>();

    static {
        HOOKS.put("lines", new String[] {});
        HOOKS.put("-e trace=refused", new String[] {"-e", "trace=refused"});
        HOOKS.put("-e trace=closed", new String[] {"-e", "trace=closed"});
        HOOKS.put("lines and both", new String[] {"-e", "trace=accept4,accept,refused,closed"});
        HOOKS.put("-c", new String[] {"-c"});
    }

    private final Results costs = new Results("Hooks for lost connections: nanoseconds of BPF programs a connection");
    private final Results ratios = new Results("Hooks for lost connections, traced / untraced: connections a second");

    @Override
    public void measure(Setting setting) {
        HOOKS.forEach((label, options) -> measure(setting, label, options));
        try (Programs.Counting counting = Programs.count()) {
            HOOKS.forEach((label, options) -> count(setting, label, options));
        }
    }

    /** Measures untraced connections immediately before traced ones, so that both have the same conditions. */
    private void measure(Setting setting, String label, String... options) {
        Programs.awaitNone();
        try (Load load = Load.start(setting)) {
            Map<String, Double> before = new LinkedHashMap<>();
            KINDS.forEach(
                    kind -> before.put(kind, load.run(kind, setting.sliceMs()).rate()));
            try (Tracer tracer = Tracer.attach(Tool.OURS_FOLDING, setting, load, "", options)) {
                for (String kind : KINDS) {
                    ratios.add(label, kind, load.run(kind, setting.sliceMs()).rate() / before.get(kind));
                    tracer.settle();
                }
            }
        }
    }

    private void count(Setting setting, String label, String... options) {
        try (Load load = Load.start(setting);
                Tracer tracer = Tracer.attach(Tool.OURS_FOLDING, setting, load, "", options)) {
            List<Long> held = Programs.heldBy(tracer.pid());
            for (String kind : KINDS) {
                long before = nanoseconds(held);
                long calls = load.run(kind, setting.sliceMs()).calls();
                costs.add(label, kind, (double) (nanoseconds(held) - before) / calls);
                tracer.settle();
            }
        }
    }

    private static long nanoseconds(List<Long> programs) {
        return Programs.loaded().stream()
                .filter(program -> programs.contains(program.id()))
                .mapToLong(Programs.Program::nanoseconds)
                .sum();
    }

    @Override
    public List<Results> results() {
        return List.of(ratios, costs);
    }
}
