package accept4trace.targets;

import accept4trace.capture.CaptureException;
import accept4trace.capture.EventSource;
import accept4trace.capture.Snapshots;
import accept4trace.event.ListenerHolder;
import accept4trace.format.Names;
import accept4trace.output.Notices;
import accept4trace.proc.Processes;
import accept4trace.queue.TraceSelection;
import accept4trace.text.Units;
import java.util.Collection;
import java.util.concurrent.Executor;

/** All processes that pass the filters: the subject of --all, and of filters that are given without a target. */
public final class WholeMachine implements Subject {
    private static final int SHOWN = 4;

    private final String filters;
    private final Processes processes;
    private final Notices notices;
    private final Executor background;
    private ListenerOwners owners = ListenerOwners.none();
    private boolean promised;

    /** {@code filters}: describes the filters that select processes or listeners; empty = none. */
    public WholeMachine(String filters, Processes processes, Notices notices, Executor background) {
        this.filters = filters;
        this.processes = processes;
        this.notices = notices;
        this.background = background;
    }

    @Override
    public int processCount() {
        return 1;
    }

    @Override
    public int threadCount() {
        return processes.machineThreadCount();
    }

    @Override
    public boolean isOpen() {
        return true;
    }

    @Override
    public void beginLookups(TraceSelection selection, Snapshots snapshots) {
        if (!filters.isEmpty()) {
            owners = ListenerOwners.find(
                    () -> selection.now(tgid -> true), snapshots, WholeMachine::owners, "unknown", background);
        }
    }

    private static String owners(Collection<ListenerHolder> owners) {
        return owners.isEmpty()
                ? "nobody"
                : Units.firstOf(owners.stream().map(WholeMachine::owner).toList(), SHOWN);
    }

    private static String owner(ListenerHolder holder) {
        return holder.tgid() + " (" + Names.comm(holder.comm()) + ")";
    }

    @Override
    public void trace(EventSource source) throws CaptureException {
        owners.await();
        source.traceAll();
    }

    @Override
    public String silenceHint(boolean follow, SilenceTools tools) {
        return SilenceHint.ofMachine(processes, tools);
    }

    @Override
    public String describe() {
        if (filters.isEmpty()) {
            return "every process";
        }
        String known = owners.now();
        if (known == null && !promised) {
            promised = true;
            owners.later(found -> notices.noteLate(withOwners(found)));
        }
        return known == null ? filters : withOwners(known);
    }

    private String withOwners(String found) {
        return filters + ", listening now: " + found;
    }
}
