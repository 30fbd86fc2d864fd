package accept4trace.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** Times a snapshot of all accept queues of the machine by --queue, with few and with many open files. */
final class Queues implements Section {
    private static final int PROCESSES = 500;
    private static final int FILES = 50;

    private final Results times = new Results("--queue: milliseconds from the start to the end");

    @Override
    public void measure(Setting setting) {
        add(setting, "1 process", 1);
        add(setting, PROCESSES + " processes with " + FILES + " files", PROCESSES);
    }

    private void add(Setting setting, String column, int processes) {
        try (Load idle = Load.idle(setting, processes, FILES)) {
            idle.idleProcesses();
            times.add(Tool.OURS.label(), column, milliseconds(setting));
        }
    }

    private static double milliseconds(Setting setting) {
        String tool = setting.dist().resolve("bin/accept4-trace").toString();
        long begin = System.nanoTime();
        Process process = Children.start(new ProcessBuilder(Children.onAnyCore(List.of(tool, "--queue")))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD));
        try {
            process.getErrorStream().readAllBytes();
            return (System.nanoTime() - begin) / 1e6;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            Children.kill(process);
        }
    }

    @Override
    public List<Results> results() {
        return List.of(times);
    }
}
