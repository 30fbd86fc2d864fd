package accept4trace.bench;

import java.util.List;

/** Times a tool from exec to its first line about a call (on all cores and on one core), and from ^C to its end. */
final class Start implements Section {
    private static final int STORM_MS = 400;

    private final Results times =
            new Results("Milliseconds; trickle: a call every 0.2 ms, storm: EAGAIN as fast as possible");
    private final Results left = new Results("BPF programs of the tool while tracing, and a second after ^C");

    @Override
    public void measure(Setting setting) {
        for (Tool tool : setting.tools(Tool.OURS, Tool.BARE, Tool.PERF, Tool.BPFTRACE, Tool.STRACE)) {
            try (Load load = Load.start(setting)) {
                load.trickle();
                times.add(tool.label(), "first line", FirstLine.onAnyCore(setting, tool, load.pid()) / 1e6);
                times.add(tool.label(), "on one core", FirstLine.onOneCore(setting, tool, load.pid()) / 1e6);
                times.add(tool.label(), "^C to exit, trickle", interrupt(setting, tool, load));
                load.stopTrickle();
                times.add(tool.label(), "^C to exit, storm", interruptInStorm(setting, tool, load));
            }
        }
        setting.tools(Tool.OURS).forEach(tool -> lookForPrograms(setting, tool));
    }

    private static double interrupt(Setting setting, Tool tool, Load load) {
        try (Tracer tracer = Tracer.start(tool, setting, Long.toString(load.pid()))) {
            return tracer.interrupt().nanoseconds() / 1e6;
        }
    }

    private static double interruptInStorm(Setting setting, Tool tool, Load load) {
        try (Tracer tracer = Tracer.attach(tool, setting, load)) {
            load.begin("eagain", STORM_MS, Load.UNLIMITED, 1);
            Clock.sleep(STORM_MS / 2);
            double milliseconds = tracer.interrupt().nanoseconds() / 1e6;
            load.answer();
            return milliseconds;
        }
    }

    private void lookForPrograms(Setting setting, Tool tool) {
        try (Load load = Load.start(setting);
                Tracer tracer = Tracer.attach(tool, setting, load)) {
            List<Long> programs = Programs.heldBy(tracer.pid());
            tracer.interrupt();
            Clock.sleep(1_000);
            left.add(tool.label(), "while tracing", programs.size());
            left.add(
                    tool.label(),
                    "after",
                    Programs.loaded().stream()
                            .filter(program -> programs.contains(program.id()))
                            .count());
        }
    }

    @Override
    public List<Results> results() {
        return List.of(times, left);
    }
}
