package accept4trace.action;

import accept4trace.capture.CallFilter.ListenerFilter;
import accept4trace.capture.CaptureException;
import accept4trace.capture.OperatingSystem;
import accept4trace.capture.Platform;
import accept4trace.capture.Snapshots;
import accept4trace.detail.KernelDetails;
import accept4trace.options.Settings;
import accept4trace.outcome.ExitStatus;
import accept4trace.outcome.Outcome;
import accept4trace.outcome.UserError;
import accept4trace.output.Notices;
import accept4trace.output.OutputStyle;
import accept4trace.output.Sink;
import accept4trace.proc.Machine;
import accept4trace.proc.Processes;
import accept4trace.queue.ListenerQueue;
import accept4trace.queue.QueueSelection;
import accept4trace.queue.Snapshot;
import accept4trace.targets.Targets;
import accept4trace.text.SignalNames;
import accept4trace.text.Units;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** --queue: prints the accept queues of listening sockets, and the connections that wait in them. */
public final class QueueCommand {
    /** Time until the second snapshot, which is taken if the kernel does not know the age of a connection. */
    private static final long PAUSE_MS = 1000;

    private static final long STUCK_NS = Units.SECOND_NS;

    private final Settings settings;
    private final Notices notices;
    private final Machine machine;
    private final OutputStyle style;
    private final Platform platform;
    private final Failures failures;
    private final Processes processes = new Processes(Path.of("/proc"));

    public QueueCommand(Settings settings, Notices notices, Machine machine, OutputStyle style, Platform platform) {
        this.settings = settings;
        this.notices = notices;
        this.machine = machine;
        this.style = style;
        this.platform = platform;
        this.failures = new Failures(machine);
    }

    public Outcome run() throws UserError {
        failures.checkMachine();
        QueueSelection selection = selection();
        try {
            OperatingSystem system = platform.operatingSystem();
            system.checkInvoker();
            Outputs outputs = new Outputs(
                    settings, machine, processes, system, style, new KernelDetails(system, processes, null, null));
            List<ListenerQueue> queues;
            try (Sink sink = outputs.openSink();
                    Snapshots snapshots = platform.tracing().openSnapshots()) {
                queues = queues(snapshots, selection);
                outputs.queueFormatter().format(sink.lines(), queues);
                sink.flush();
            }
            return Outcome.status(hasStuck(queues) ? ExitStatus.FOUND : ExitStatus.OK);
        } catch (CaptureException e) {
            throw failures.explain(e);
        } catch (Sink.ReaderGoneException e) {
            return Outcome.signal(SignalNames.SIGPIPE);
        } catch (IOException e) {
            throw Outputs.unwritten(e);
        }
    }

    private QueueSelection selection() throws UserError {
        Set<Integer> tgids = new LinkedHashSet<>();
        for (int id : settings.target().pids()) {
            int tgid = processes.tgid(id);
            if (tgid == 0) {
                throw Targets.noSuchProcess(id);
            }
            tgids.add(tgid);
        }
        ListenerFilter listener = settings.selection().filter().listener();
        long minWaitNs = settings.selection().filter().minWaitNs();
        return new QueueSelection(
                holder -> tgids.isEmpty() || tgids.contains(holder.tgid()), listener, minWaitNs == 0 ? -1 : minWaitNs);
    }

    private List<ListenerQueue> queues(Snapshots snapshots, QueueSelection selection) throws CaptureException {
        Snapshot snapshot = take(snapshots, selection);
        if (snapshot.hasUnknownAge()) {
            Snapshot earlier = snapshot;
            pause();
            snapshot = take(snapshots, selection);
            snapshot.compareWith(earlier);
        }
        if (snapshot.forgotten() > 0) {
            notices.always("too many listening sockets: "
                    + Units.plural(snapshot.forgotten(), "descriptor is", "descriptors are") + " not shown");
        }
        List<ListenerQueue> queues = snapshot.queues();
        if (queues.isEmpty()) {
            notices.note("no listening socket matches");
        }
        return queues;
    }

    private static Snapshot take(Snapshots snapshots, QueueSelection selection) throws CaptureException {
        Snapshot snapshot = Snapshot.ofAll(selection);
        snapshots.take(snapshot::add);
        return snapshot;
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean hasStuck(List<ListenerQueue> queues) {
        long minWaitNs = settings.selection().filter().minWaitNs();
        long limitNs = minWaitNs == 0 ? STUCK_NS : minWaitNs;
        return settings.report().failIfStuck() && queues.stream().anyMatch(queue -> queue.oldestNs() >= limitNs);
    }
}
