package accept4trace.live;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;

/** Runs strace and the tool under test on the same calls. */
final class BothTracers {
    private BothTracers() {}

    /** Attaches both tracers before the workload's first call. The tool detaches first, while the workload waits. */
    static void run(String workloadName, List<String> straceOptions, List<String> ourOptions) {
        try (Workload workload = Workload.start(workloadName);
                Program strace = attachedStrace(straceOptions, workload);
                Tracer tracer = Tracer.attach(workload, ourOptions.toArray(String[]::new))) {
            workload.go();
            workload.awaitLine("done");
            tracer.signal("INT");
            tracer.awaitExit(130);
            workload.go();
            workload.lines();
            assertEquals(0, strace.awaitExit());
        }
    }

    private static Program attachedStrace(List<String> options, Workload workload) {
        List<String> arguments = new ArrayList<>(options);
        arguments.addAll(List.of("-f", "-e", "trace=accept4,accept", "-p", workload.pidText()));
        Program strace = Program.start(Requirements.installed("strace"), arguments);
        strace.err().awaitLine("strace is attached", line -> line.endsWith(" attached"));
        return strace;
    }
}
