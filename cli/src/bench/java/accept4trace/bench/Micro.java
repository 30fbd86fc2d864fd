package accept4trace.bench;

import java.util.Collection;
import java.util.List;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Measures only decoding and formatting, with JMH. */
final class Micro implements Section {
    /** The launcher's JVM options that affect speed. */
    private static final String[] LAUNCHER_FLAGS = {"-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx28m"};

    private final Results times = new Results("Nanoseconds an event");

    @Override
    public int rounds(Setting setting) {
        return 1;
    }

    @Override
    public void measure(Setting setting) {
        OptionsBuilder options = new OptionsBuilder();
        options.include(EventBenchmark.class.getSimpleName())
                .verbosity(VerboseMode.SILENT)
                .forks(1)
                .jvmArgs(LAUNCHER_FLAGS)
                .warmupIterations(setting.pick(2, 3, 5))
                .warmupTime(TimeValue.milliseconds(500))
                .measurementIterations(setting.pick(3, 5, 10))
                .measurementTime(TimeValue.milliseconds(500));
        try {
            results(new Runner(options.build()).run());
        } catch (RunnerException e) {
            throw new IllegalStateException(e);
        }
    }

    private void results(Collection<RunResult> runs) {
        for (RunResult run : runs) {
            String column = run.getParams().getParam("call");
            run.getBenchmarkResults().forEach(result -> result.getIterationResults()
                    .forEach(iteration -> times.add(
                            run.getPrimaryResult().getLabel(),
                            column,
                            iteration.getPrimaryResult().getScore())));
        }
    }

    @Override
    public List<Results> results() {
        return List.of(times);
    }
}
