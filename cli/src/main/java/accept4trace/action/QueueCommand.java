package accept4trace.action;

import accept4trace.capture.CallFilter;
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
import accept4trace.targets.NamedProcesses;
import accept4trace.targets.Targets;
import accept4trace.text.SignalNames;
import accept4trace.text.Units;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

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
            Scene scene = Scene.here(machine, processes, system, new KernelDetails(system, processes, null, null));
            Outputs outputs = new Outputs(settings, scene, system, style);
            Snapshot snapshot;
            try (Snapshots snapshots = platform.tracing().openSnapshots()) {
                snapshot = snapshot(snapshots, selection);
            }
            List<ListenerQueue> queues = snapshot.queues();
            /* Opening truncates the file, so it must be opened after everything else that can fail. */
            try (Sink sink = outputs.openSink()) {
                outputs.queueFormatter().format(sink.lines(), queues);
                sink.flush();
            }
            reportUnseen(snapshot);
            return Outcome.status(status(snapshot));
        } catch (CaptureException e) {
            throw failures.explain(e);
        } catch (Sink.ReaderGoneException e) {
            return Outcome.signal(SignalNames.SIGPIPE);
        } catch (IOException e) {
            throw Outputs.unwritten(e);
        }
    }

    private QueueSelection selection() throws UserError {
        List<Integer> tgids =
                NamedProcesses.find(settings.target().pids(), settings.target().names(), processes, notices);
        CallFilter filter = settings.selection().filter();
        int netnsOf = settings.selection().netnsOf();
        ListenerFilter listener =
                (netnsOf == 0 ? filter : filter.withNetns(Targets.networkNamespace(netnsOf, processes))).listener();
        long minWaitNs = settings.selection().filter().minWaitNs();
        return new QueueSelection(
                holder -> tgids.isEmpty() || tgids.contains(holder.tgid()),
                listener,
                minWaitNs == 0 ? -1 : minWaitNs,
                settings.selection().filter().peers());
    }

    private Snapshot snapshot(Snapshots snapshots, QueueSelection selection) throws CaptureException {
        Snapshot snapshot = take(snapshots, selection);
        if (snapshot.hasUnknownAge()) {
            Snapshot earlier = snapshot;
            pause();
            snapshot = take(snapshots, selection);
            snapshot.compareWith(earlier);
        }
        return snapshot;
    }

    private void reportUnseen(Snapshot snapshot) {
        if (snapshot.forgotten() > 0) {
            notices.always("too many listening sockets: "
                    + Units.plural(snapshot.forgotten(), "socket was", "sockets were") + " not examined");
            notices.hint("select fewer with -p, --port or --listener");
        }
        if (snapshot.queues().isEmpty()) {
            notices.note("no listening socket matches");
        }
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

    /** A socket that was not examined, or whose connections have an unknown age, must not count as healthy. */
    private int status(Snapshot snapshot) throws UserError {
        if (!settings.report().failIfStuck()) {
            return ExitStatus.OK;
        }
        long minWaitNs = settings.selection().filter().minWaitNs();
        long limitNs = minWaitNs == 0 ? STUCK_NS : minWaitNs;
        List<ListenerQueue> queues = snapshot.queues();
        if (queues.stream().anyMatch(queue -> queue.oldestNs() >= limitNs)) {
            return ExitStatus.FOUND;
        }
        if (snapshot.forgotten() > 0) {
            throw unknown(
                    Units.plural(snapshot.forgotten(), "socket was", "sockets were") + " not examined",
                    "select fewer with -p, --port or --listener");
        }
        long undecided = snapshot.mayHaveWaited(limitNs);
        if (undecided > 0) {
            throw unknown(
                    Units.plural(undecided, "socket has", "sockets have") + " connections of unknown age",
                    "for AF_UNIX, only waits of up to 1 s can be proven: use --min-wait=1s or less, or leave AF_UNIX"
                            + " out with --family");
        }
        return ExitStatus.OK;
    }

    private static UserError unknown(String why, String hint) {
        return new UserError(ExitStatus.FAILURE, "unknown whether a listener is stuck: " + why, hint);
    }
}
