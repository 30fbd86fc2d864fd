package accept4trace.bench;

import java.util.List;

/** Measures how many events the tool reports as lost at a steady rate of failing calls. */
final class Rate implements Section {
    private final Results lost = new Results("Events lost, % of the calls, by calls a second");
    private final Results most = new Results("As many calls as possible: thousand calls and lines a second");

    @Override
    public int rounds(Setting setting) {
        return setting.pick(1, setting.rounds(), 1);
    }

    @Override
    public void measure(Setting setting) {
        for (Tool tool : setting.tools(Tool.OURS, Tool.OURS_TO_GREP, Tool.BARE)) {
            rates(setting).forEach(rate -> measure(setting, "eagain", tool, rate));
        }
        if (!setting.isQuick()) {
            rates(setting).forEach(rate -> measure(setting, "ebadf", Tool.OURS, rate));
        }
    }

    private static List<Long> rates(Setting setting) {
        return setting.pick(
                List.of(200_000L, Load.UNLIMITED),
                List.of(100_000L, 200_000L, 400_000L, Load.UNLIMITED),
                List.of(50_000L, 100_000L, 200_000L, 300_000L, 400_000L, Load.UNLIMITED));
    }

    private void measure(Setting setting, String kind, Tool tool, long rate) {
        String row = tool.label() + ", " + kind;
        try (Load load = Load.start(setting);
                Tracer tracer = Tracer.attach(tool, setting, load)) {
            Load.Slice slice = load.run(kind, setting.pick(1_000L, 1_000L, 60_000L), rate, 1);
            Tracer.Ended ended = tracer.interrupt();
            boolean unlimited = rate == Load.UNLIMITED;
            lost.add(row, unlimited ? "max" : Samples.text(rate), 100.0 * ended.lost() / load.calls());
            if (unlimited) {
                most.add(row, "calls", slice.rate() / 1e3);
                most.add(row, "lines", ended.lines() * 1e6 / slice.nanoseconds());
            }
        }
    }

    @Override
    public List<Results> results() {
        return List.of(lost, most);
    }
}
