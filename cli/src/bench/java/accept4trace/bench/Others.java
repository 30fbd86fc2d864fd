package accept4trace.bench;

import java.util.List;

/** Measures the cost of a trace for processes that are not traced, and for calls other than accepts. */
final class Others implements Section {
    private final Results ratios =
            new Results("An untraced process, during a trace / without one: getppid calls a second");

    @Override
    public void measure(Setting setting) {
        for (Tool tool : setting.tools(Tool.OURS, Tool.OURS_FENTRY, Tool.BARE, Tool.PERF, Tool.BPFTRACE, Tool.STRACE)) {
            Programs.awaitNone();
            try (Load traced = Load.start(setting);
                    Load other = Load.start(setting)) {
                double before = other.run("getppid", setting.sliceMs()).rate();
                try (Tracer tracer = Tracer.attach(tool, setting, traced)) {
                    tracer.settle();
                    ratios.add(
                            tool.label(),
                            "getppid",
                            other.run("getppid", setting.sliceMs()).rate() / before);
                }
            }
        }
    }

    @Override
    public List<Results> results() {
        return List.of(ratios);
    }
}
