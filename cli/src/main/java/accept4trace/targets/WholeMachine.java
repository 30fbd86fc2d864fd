package accept4trace.targets;

import accept4trace.capture.CaptureException;
import accept4trace.capture.EventSource;
import accept4trace.capture.Snapshots;
import accept4trace.diagnose.ServerFacts;
import accept4trace.format.Names;
import accept4trace.output.Notices;
import accept4trace.proc.Listeners;
import accept4trace.proc.Processes;
import accept4trace.queue.TraceSelection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/** All processes, for --all, or for --port without another target. */
public final class WholeMachine implements Subject {
    /** The longest wait for the owners. Tracing begins after it, so the wait loses no events. */
    private static final long OWNERS_TIMEOUT_MS = 1000;

    private static final String UNKNOWN = "unknown processes";

    private final List<Integer> ports;
    private final Processes processes;
    private final Notices notices;
    private final CompletableFuture<String> owners;
    private boolean promised;

    /**
     * Looks up the owners of ports in the background.
     *
     * @param ports the ports that pass the filter; empty = all
     */
    public WholeMachine(List<Integer> ports, Processes processes, Notices notices, Executor background) {
        this.ports = ports;
        this.processes = processes;
        this.notices = notices;
        this.owners = ports.isEmpty() ? CompletableFuture.completedFuture("") : findOwners(background);
    }

    private CompletableFuture<String> findOwners(Executor background) {
        try {
            return CompletableFuture.supplyAsync(this::owners, background).exceptionally(failure -> UNKNOWN);
        } catch (RejectedExecutionException e) {
            return CompletableFuture.completedFuture(UNKNOWN);
        }
    }

    private String owners() {
        Listeners.Owners found = new Listeners(processes).owners(ports);
        String names = found.tgids().stream().map(this::owner).collect(Collectors.joining(", "));
        if (found.complete()) {
            return names.isEmpty() ? "nobody" : names;
        }
        return names.isEmpty() ? UNKNOWN : names + " and possibly others";
    }

    private String owner(int tgid) {
        byte[] comm = processes.comm(tgid);
        return tgid + (comm.length == 0 ? " (ended)" : " (" + Names.comm(comm) + ")");
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
    public void trace(EventSource source) throws CaptureException {
        awaitOwners();
        source.traceAll();
    }

    private void awaitOwners() {
        try {
            owners.get(OWNERS_TIMEOUT_MS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            // The owners are named later.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public String silenceHint(boolean follow, TraceSelection selection, Snapshots snapshots, ServerFacts facts) {
        return SilenceHint.ofMachine(processes, new SilenceHint.Tools(selection, snapshots, facts));
    }

    /** Ignores the future of the late notice, because {@link #findOwners} has handled each failure. */
    @Override
    @SuppressWarnings("FutureReturnValueIgnored")
    public String describe() {
        if (ports.isEmpty()) {
            return "every process";
        }
        String list = "port " + ports.stream().map(String::valueOf).collect(Collectors.joining(", "));
        String known = owners.getNow(null);
        if (known == null && !promised) {
            promised = true;
            owners.thenAccept(found -> notices.noteLate("listening on " + list + ": " + found));
        }
        return known == null ? list : list + ", now of " + known;
    }
}
