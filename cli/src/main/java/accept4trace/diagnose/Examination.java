package accept4trace.diagnose;

import accept4trace.event.AcceptEvent;
import accept4trace.event.RelatedCall;
import accept4trace.format.Names;
import accept4trace.summary.Diagnosis;
import accept4trace.summary.Finding;
import java.util.Comparator;
import java.util.List;

/** Calls in, findings out. */
public final class Examination {
    /** What is looked for. */
    private static final List<Check> CHECKS = List.of(
            new FileLimits(),
            new LostConnections(),
            new AcceptQueue(),
            new SlowAccepts(),
            new ResetConnections(),
            new BlockingSockets(),
            new ThunderingHerd(),
            new SpinningLoop(),
            new UnfairWorkers(),
            new InheritedSockets(),
            OtherWays.accept(),
            OtherWays.ioUring());

    private static final Comparator<Finding> WORST_FIRST =
            Comparator.comparing(Finding::severity).thenComparing(Finding::kind);

    private final Observations seen;

    public Examination(Surroundings surroundings) {
        this.seen = new Observations(surroundings);
    }

    public void add(AcceptEvent event) {
        seen.add(event);
    }

    public void add(RelatedCall call) {
        seen.add(call);
    }

    /** How soon {@link #look} wants to be called. */
    public long remainingNs(long nowNs) {
        return seen.remainingNs(nowNs);
    }

    /** Looks at what needs some time to show; {@code nowNs}: CLOCK_MONOTONIC. */
    public void look(long nowNs) {
        seen.look(nowNs);
    }

    /**
     * What has been found.
     *
     * @param unseen what this kernel does not show, or null
     * @param silence why there may have been no call
     */
    public Diagnosis diagnosis(long durationNs, String unseen, String silence) {
        List<Finding> findings = CHECKS.stream()
                .flatMap(check -> check.findings(seen, durationNs).stream())
                .sorted(WORST_FIRST)
                .toList();
        List<String> programs = seen.processes().values().stream()
                .map(process -> Names.comm(process.comm))
                .distinct()
                .sorted()
                .toList();
        long empty = seen.listeners().stream()
                .mapToLong(listener -> listener.sum(worker -> worker.emptyWakeUps))
                .sum();
        return new Diagnosis(findings, programs, seen.processes().size(), seen.wakeUps(), empty, unseen, silence);
    }
}
