package accept4trace.app;

import accept4trace.capture.CaptureException;
import accept4trace.capture.EventSource;
import accept4trace.format.Names;
import accept4trace.proc.Listeners;
import accept4trace.proc.Processes;
import java.util.List;
import java.util.stream.Collectors;

/** --all, or --port alone. */
final class WholeMachine implements Subject {
    private static final int CALLS = 16_384;

    private final List<Integer> ports;
    private final Processes processes;

    /** {@code ports}: those that the filter lets through, empty for any. */
    WholeMachine(List<Integer> ports, Processes processes) {
        this.ports = ports;
        this.processes = processes;
    }

    @Override
    public int processCount() {
        return 1;
    }

    @Override
    public int callsInFlight() {
        return CALLS;
    }

    @Override
    public void trace(EventSource source) throws CaptureException {
        source.traceAll();
    }

    @Override
    public String describe() {
        if (ports.isEmpty()) {
            return "every process";
        }
        String list = ports.stream().map(String::valueOf).collect(Collectors.joining(", "));
        String owners = new Listeners(processes)
                .owners(ports).stream()
                        .map(tgid -> tgid + " (" + Names.comm(processes.comm(tgid)) + ")")
                        .collect(Collectors.joining(", "));
        return "port " + list + ", now of " + (owners.isEmpty() ? "nobody" : owners);
    }
}
