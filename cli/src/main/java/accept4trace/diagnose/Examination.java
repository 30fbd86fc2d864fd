package accept4trace.diagnose;

import accept4trace.diagnose.Diagnosis.WakeUps;
import accept4trace.diagnose.Finding.Kind;
import accept4trace.event.Call;
import accept4trace.event.Closing;
import accept4trace.event.Endpoint.Unix;
import accept4trace.event.FamilyCoverage;
import accept4trace.event.Losses;
import accept4trace.event.Refusal;
import accept4trace.event.TurnedAway;
import accept4trace.event.UnixRefusal;
import accept4trace.format.Names;
import accept4trace.queue.QueueReport;
import accept4trace.queue.QueueState;
import accept4trace.text.Units;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Collects calls and derives findings from them. */
public final class Examination {
    private static final List<Check> CHECKS = List.of(
            new StuckListeners(),
            new FileLimits(),
            new LostConnections(),
            new AcceptQueue(),
            new ClosedListeners(),
            new SlowAccepts(),
            new ResetConnections(),
            new LateHandshakes(),
            new TurnedAwayClients(),
            new BlockingSockets(),
            new ThunderingHerd(),
            new SpinningLoop(),
            new UnfairWorkers(),
            new UnusedSockets(),
            new InheritedSockets(),
            new IoUringAccepts());

    /** The maximum number of findings of one check. */
    private static final int MAX_FINDINGS = 100;

    private static final Comparator<Finding> WORST_FIRST =
            Comparator.comparing(Finding::severity).thenComparing(Finding::kind);

    private final Observations seen;
    /** Why the rest of a recording could not be read; empty if all was read, or if this is not a recording. */
    private String unread = "";

    /** {@code utf8}: whether headlines can contain characters other than ASCII, e.g. in units. */
    public Examination(ServerFacts facts, boolean utf8) {
        this.seen = new Observations(facts, utf8);
    }

    /** Sets for which listeners all, some or none of the refused connections were added. Call this at the end. */
    public void setRefusals(FamilyCoverage seenRefusals) {
        seen.setRefusals(seenRefusals);
    }

    /** Sets what is missing from the run. Call this at the end. */
    public void setLosses(Losses losses) {
        if (losses.events() + losses.skipped().calls() > 0) {
            seen.listeners().forEach(listener -> listener.stalls.clear());
        }
    }

    /** {@code isNew}: whether the packet is the first of an attempt to connect. */
    public void add(Refusal refusal, boolean isNew) {
        seen.add(refusal, isNew);
    }

    public void add(UnixRefusal refusal) {
        seen.add(refusal);
    }

    public void add(Call call) {
        seen.add(call);
    }

    public void add(TurnedAway connection) {
        seen.add(connection);
    }

    public void add(Closing closing) {
        seen.add(closing);
    }

    /** Returns how long to wait before the next call of {@link #inspect}; Long.MAX_VALUE if none is needed. */
    public long remainingNs(long nowNs) {
        return seen.remainingNs(nowNs);
    }

    /** Inspects the accepted sockets that are due. {@code nowNs}: CLOCK_MONOTONIC. */
    public void inspect(long nowNs) {
        seen.inspect(nowNs);
    }

    /** Inspects everything once more, at the end. {@code nowNs}: CLOCK_MONOTONIC. */
    public void inspectLast(long nowNs) {
        seen.inspectLast(nowNs);
    }

    /** Called when a part of the run is missing from a recording. */
    public void skip() {
        seen.skip();
    }

    /** Adds a snapshot that was taken during the run, and that has not failed. */
    public void addSnapshot(QueueReport report) {
        seen.addSnapshot(report);
    }

    /** Adds what the snapshots of the run show. Call this at the end. */
    public void setQueues(QueueReport queues) {
        seen.setQueues(queues);
    }

    /**
     * Returns the findings.
     *
     * @param unseen what this kernel does not show, or null
     * @param silence the likely reason why no call was seen; may be empty
     */
    public Diagnosis diagnosis(long durationNs, @Nullable String unseen, String silence) {
        List<Finding> findings = new ArrayList<>();
        long unlisted = 0;
        for (Check check : CHECKS) {
            List<Finding> found = check.findings(seen, durationNs);
            found.stream().sorted(WORST_FIRST).limit(MAX_FINDINGS).forEach(findings::add);
            unlisted += Math.max(0, found.size() - MAX_FINDINGS);
        }
        findings.sort(WORST_FIRST);
        Map<Integer, String> servers = servers();
        return new Diagnosis(
                List.copyOf(findings),
                servers.values().stream().distinct().sorted().toList(),
                servers.size(),
                new WakeUps(seen.wakeUps(), seen.emptyWakeUps()),
                unseen,
                forgotten(unlisted),
                isStuck(findings) ? "" : silence);
    }

    /** Returns whether a listener is stuck. If so, no other reason for the lack of calls is needed. */
    private static boolean isStuck(List<Finding> findings) {
        return findings.stream().anyMatch(finding -> finding.kind() == Kind.STUCK);
    }

    /**
     * Returns the names of the processes that accepted, waited, hold a listener or have thrown connections away, by
     * process id.
     */
    private Map<Integer, String> servers() {
        Map<Integer, String> servers = new HashMap<>();
        for (ObservedClosings.Address closed : seen.closings().addresses()) {
            closed.closers.forEach((tgid, comm) -> servers.put(tgid, Names.comm(comm)));
        }
        for (QueueState state : seen.queues().queues()) {
            state.targets().forEach(holder -> servers.put(holder.tgid(), Names.comm(holder.comm())));
        }
        seen.processes().forEach((tgid, process) -> servers.put(tgid, Names.comm(process.comm)));
        return servers;
    }

    /** Returns whether an AF_UNIX listener was used, or is held at the end. */
    public boolean hasUnixListener() {
        return Stream.concat(
                        seen.listeners().stream().map(listener -> listener.socket),
                        seen.queues().queues().stream()
                                .map(state -> state.queue().socket()))
                .anyMatch(socket -> socket.local() instanceof Unix);
    }

    /** Returns why some findings cannot be ruled out; empty if the findings are complete. Call this at the end. */
    public List<Undecided> undecided(Visibility visibility) {
        return Unexamined.of(seen, visibility);
    }

    /** Sets why the rest of a recording could not be read. */
    public void setUnread(String why) {
        unread = why;
    }

    private @Nullable String forgotten(long unlisted) {
        List<String> parts = new ArrayList<>();
        if (seen.forgottenListeners() > 0) {
            parts.add(Units.plural(seen.forgottenListeners(), "listener", "listeners") + " not checked");
        }
        if (seen.forgottenProcesses() > 0) {
            parts.add(Units.plural(seen.forgottenProcesses(), "process", "processes") + " not checked");
        }
        if (seen.queues().forgotten() > 0) {
            parts.add(
                    Units.plural(seen.queues().forgotten(), "listening socket", "listening sockets") + " not checked");
        }
        if (seen.closings().forgotten() > 0) {
            parts.add(
                    Units.plural(seen.closings().forgotten(), "closed listener", "closed listeners") + " not checked");
        }
        if (unlisted > 0) {
            parts.add(Units.plural(unlisted, "finding", "findings") + " not listed");
        }
        List<String> limits = new ArrayList<>();
        if (!unread.isEmpty()) {
            limits.add("what follows in the recording is not checked: " + unread);
        }
        if (!parts.isEmpty()) {
            limits.add("limited by memory: " + String.join(", ", parts));
        }
        List<String> undecided = StuckListeners.undecided(seen);
        if (!undecided.isEmpty()) {
            limits.add("clients may have waited for a second or longer on " + Check.list(undecided)
                    + ", but the run was too short to see whether anything is accepted");
        }
        List<String> unknown = UnknownQueues.of(seen);
        if (!unknown.isEmpty()) {
            limits.add("how long connections wait on " + Check.list(unknown) + " is unknown");
        }
        return limits.isEmpty() ? null : String.join("; ", limits);
    }
}
