package accept4trace.bench;

import java.util.List;

/** Measures the peak of resident memory. */
final class Memory implements Section {
    private static final long RATE = 200_000;
    private static final long STORM_MS = 1_000;

    private final Results peaks =
            new Results("Peak of resident memory, MiB; events at " + Samples.text(RATE) + " a second");

    /** A single round suffices, because memory varies little. */
    @Override
    public int rounds(Setting setting) {
        return 1;
    }

    @Override
    public void measure(Setting setting) {
        for (Tool tool : setting.tools(Tool.OURS, Tool.BARE)) {
            for (long events :
                    setting.pick(List.of(200_000L), List.of(200_000L, 1_000_000L), List.of(1_000_000L, 10_000_000L))) {
                add(setting, tool, Samples.text(events) + " events", events * 1_000 / RATE, RATE);
            }
            add(setting, tool, "storm", STORM_MS, Load.UNLIMITED);
        }
    }

    private void add(Setting setting, Tool tool, String column, long milliseconds, long rate) {
        try (Load load = Load.start(setting);
                Tracer tracer = Tracer.attach(tool, setting, load)) {
            load.run("eagain", milliseconds, rate, 1);
            tracer.settle();
            peaks.add(tool.label(), column, tracer.usage().peakKiB() / 1024.0);
        }
    }

    @Override
    public List<Results> results() {
        return List.of(peaks);
    }
}
