package accept4trace.action;

import accept4trace.capture.CallFilter;
import accept4trace.capture.CaptureException;
import accept4trace.capture.CaptureSettings;
import accept4trace.capture.CaptureSettings.Extras;
import accept4trace.capture.CaptureSettings.Sizes;
import accept4trace.capture.CaptureSettings.Watch;
import accept4trace.capture.EventSource;
import accept4trace.capture.OperatingSystem;
import accept4trace.capture.Platform;
import accept4trace.capture.Probe;
import accept4trace.capture.Tracing;
import accept4trace.detail.BackgroundWork;
import accept4trace.detail.CallStacks;
import accept4trace.detail.Executables;
import accept4trace.detail.HostNames;
import accept4trace.detail.KernelDetails;
import accept4trace.detail.ProcServerFacts;
import accept4trace.diagnose.Finding;
import accept4trace.diagnose.ServerFacts;
import accept4trace.diagnose.Undecided;
import accept4trace.options.Format;
import accept4trace.options.Settings;
import accept4trace.options.Settings.Running;
import accept4trace.outcome.ExitStatus;
import accept4trace.outcome.Outcome;
import accept4trace.outcome.UserError;
import accept4trace.output.DescriptorStream;
import accept4trace.output.Notices;
import accept4trace.output.OutputStyle;
import accept4trace.output.Sink;
import accept4trace.proc.ListenOverflows;
import accept4trace.proc.Machine;
import accept4trace.proc.Processes;
import accept4trace.queue.QueueSampler;
import accept4trace.queue.TraceSelection;
import accept4trace.recording.Header;
import accept4trace.recording.Recorder;
import accept4trace.report.DiagnosisReport;
import accept4trace.report.LiveView;
import accept4trace.session.Observer;
import accept4trace.session.RefusedConnections;
import accept4trace.session.SessionOutput;
import accept4trace.session.ThreadTable;
import accept4trace.session.TraceSession;
import accept4trace.targets.Command;
import accept4trace.targets.NamedProcesses;
import accept4trace.targets.Namesakes;
import accept4trace.targets.SilenceTools;
import accept4trace.targets.Subject;
import accept4trace.targets.Targets;
import accept4trace.targets.WholeMachine;
import accept4trace.text.Printable;
import accept4trace.text.SignalNames;
import accept4trace.text.Units;
import accept4trace.view.Frame;
import accept4trace.view.Screen;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The default action: builds a trace session from the settings and runs it. */
public final class TraceCommand {
    private static final int NO_FD = -1;
    private static final int STDERR = 2;
    /** Size of the process table if -f is given. It is large, because the number of children is unknown beforehand. */
    private static final int FOLLOWED_PROCESSES = 65_536;

    private final Settings settings;
    private final Notices notices;
    private final Machine machine;
    private final OutputStyle style;
    private final Platform platform;
    private final Failures failures;
    private final Refusals refusals;
    private final Processes processes = new Processes(Path.of("/proc"));
    private Taps taps = Taps.NONE;
    private UnaryOperator<SessionOutput> extension = UnaryOperator.identity();
    private List<Finding> findings = List.of();
    private List<Undecided> undecided = List.of();
    /** The result; null until the trace has ended. */
    private TraceSession.@Nullable Result result;

    public TraceCommand(Settings settings, Notices notices, Machine machine, OutputStyle style, Platform platform) {
        this.settings = settings;
        this.notices = notices;
        this.machine = machine;
        this.style = style;
        this.platform = platform;
        this.failures = new Failures(machine);
        this.refusals = new Refusals(settings, !machine.isInPidNamespace());
    }

    public Outcome run() throws UserError {
        failures.checkMachine();
        return trace();
    }

    /**
     * Makes the trace pass everything to a recorder, too. For tests, which compare the reports of a run with those of
     * its recording.
     *
     * @param extended adds the recorder to the output
     */
    void alsoRecord(Recorder recorder, UnaryOperator<SessionOutput> extended) {
        taps = new Taps(recorder);
        extension = extended;
    }

    /** Traces without checking the kernel first. Tests call this with events that do not come from the kernel. */
    public Outcome trace() throws UserError {
        Subject subject = subject();
        try {
            OperatingSystem system = platform.operatingSystem();
            checkInvoker(system);
            TraceSession.Result end = runToItsEnd(subject, system);
            Verdict verdict = new Verdict(settings.report().failOn(), findings, undecided);
            return outcome(
                    end,
                    verdict.isFound(),
                    verdict.orFailure(subject.outcome(end.targetsGone(), system), notices),
                    settings.session().strict());
        } catch (CaptureException e) {
            throw explained(e);
        }
    }

    /**
     * Must run before anything is attached. Otherwise, an unknown sudo user is noticed only when a COMMAND already runs
     * as root.
     */
    private void checkInvoker(OperatingSystem system) throws UserError {
        try {
            system.checkInvoker();
        } catch (CaptureException e) {
            throw failures.explain(e);
        }
    }

    /** A signal that ended the trace takes precedence over a failure to write lines. */
    private TraceSession.Result runToItsEnd(Subject subject, OperatingSystem system)
            throws CaptureException, UserError {
        try {
            runSession(subject, system);
        } catch (IOException e) {
            UserError failure = Outputs.unwritten(e);
            if (result == null || !isSignal(result)) {
                throw failure;
            }
            notices.failure(failure.getMessage(), failure.hint());
        }
        return Objects.requireNonNull(result);
    }

    private UserError explained(CaptureException e) {
        return settings.capture().probe() == Probe.AUTO ? failures.explain(e) : failures.explainForced(e);
    }

    private static boolean isSignal(TraceSession.Result result) {
        return result.signal() != 0 || result.readerGone();
    }

    /** Returns the first outcome that applies, in the order of EXIT STATUS in the manual page. */
    static Outcome outcome(TraceSession.Result result, boolean found, Outcome command, boolean strict) {
        if (isSignal(result)) {
            return Outcome.signal(result.signal() == 0 ? SignalNames.SIGPIPE : result.signal());
        }
        if (found) {
            return Outcome.status(ExitStatus.FOUND);
        }
        if (!command.equals(Outcome.status(ExitStatus.OK))) {
            return command;
        }
        return Outcome.status(strict && result.losses().any() ? ExitStatus.LOST_EVENTS : ExitStatus.OK);
    }

    private Subject subject() throws UserError {
        Executables is32Bit = new Executables(platform, new BackgroundWork("executables"));
        if (settings.target().all()) {
            return new WholeMachine(settings.selection().target(), processes, notices, new BackgroundWork("owners"));
        }
        if (settings.target().command().isEmpty()) {
            List<Integer> tgids = NamedProcesses.find(
                    settings.target().pids(), settings.target().names(), processes, notices);
            return new Targets(tgids, settings.target().follow(), processes, is32Bit, notices);
        }
        List<String> words = settings.target().command();
        Running running = settings.target().running();
        Namesakes namesakes =
                new Namesakes(running.bareWord() ? words.get(0) : "", processes, new BackgroundWork("namesakes"));
        return new Command(words, running.user(), running.killOnExit(), namesakes, processes, is32Bit, notices);
    }

    private void runSession(Subject subject, OperatingSystem system) throws CaptureException, IOException, UserError {
        notices.writeTo(new DescriptorStream(system, STDERR));
        Tracing tracing = platform.tracing();
        CaptureSettings capture = captureSettings(subject, system);
        try (KernelDetails details = details(system, tracing)) {
            if (isRaw()) {
                taps = new Taps(new Recorder(new Header()));
            }
            taps.recordNotices(notices);
            runSession(subject, system, tracing, capture, scene(system, details));
        }
    }

    private Scene scene(OperatingSystem system, KernelDetails details) {
        Scene scene = Scene.here(machine, processes, system, taps.details(details))
                .withOffset(taps.offset(system::epochOffset));
        /* Create ListenOverflows before tracing begins, because it counts refused connections from its creation on. */
        return settings.report().diagnose() || recordsDiagnosis()
                ? scene.withFacts(taps.facts(new ProcServerFacts(
                        processes, machine.openFileLimit(), new ListenOverflows(processes)::growth)))
                : scene;
    }

    /** Returns whether a recording will contain everything that a diagnosis needs. */
    private boolean recordsDiagnosis() {
        return (isRaw() || taps.recorder() != null)
                && refusals.areWanted()
                && settings.selection().filter().sufficesForDiagnosis();
    }

    private void runSession(
            Subject subject, OperatingSystem system, Tracing tracing, CaptureSettings capture, Scene scene)
            throws CaptureException, IOException, UserError {
        Outputs outputs = new Outputs(settings, scene, system, style);
        TraceSelection selection = new TraceSelection(capture.filter(), processes);
        try (Sink sink = outputs.openSink();
                TraceSnapshots snapshots = TraceSnapshots.load(tracing);
                Screen screen = settings.report().live() ? LiveView.openScreen(system, style) : null;
                EventSource source = taps.source(open(
                        tracing,
                        capture.watching(outputs.watchedFd()),
                        () -> subject.beginLookups(selection, snapshots)))) {
            snapshots.await();
            subject.trace(source);
            source.findCallsInProgress();
            new Triggers(settings).check(source.refusals(), "this kernel does not show", "see --check");
            RefusedConnections refused = refusals.connections(source, taps, snapshots, selection);
            reportStart(source, subject);
            subject.release(source);
            new Triggers(settings).report(notices);
            source.confine();
            if (taps.recorder() != null) {
                new Circumstances(settings, machine, Scene.ownNetworkNamespace(processes))
                        .describe(
                                taps.recorder().header(),
                                source,
                                subject.describe(),
                                refusals.ofAnyListener(selection.filter()),
                                recordsDiagnosis());
            }
            boolean seesEveryAccept = source.seesEveryAccept();
            Supplier<String> silence = !settings.selection().filter().hasCalls()
                    ? () -> ""
                    : () -> subject.silenceHint(
                            settings.target().follow(),
                            new SilenceTools(
                                    selection,
                                    snapshots,
                                    new ProcServerFacts(
                                            processes, () -> ServerFacts.UNKNOWN, netns -> ServerFacts.UNKNOWN),
                                    seesEveryAccept));
            TraceSession.Limits limits = new TraceSession.Limits(
                    settings.session().count(), settings.session().durationNs());
            QueueSampler queues =
                    snapshots.sampler(taps.snapshots(snapshots, source, selection), source, selection, notices);
            SessionOutput output = screen == null
                    ? new Triggers(settings)
                            .wrap(
                                    output(
                                            outputs,
                                            sink,
                                            DiagnosisReport.Sources.of(source, queues, taps.silence(silence))),
                                    isRaw() ? taps.recorder() : null,
                                    queues,
                                    notices)
                    : outputs.withView(view(screen, source, subject, outputs, queues), sink);
            Supplier<String> hint = taps.silence(new BackgroundAnswer(silence, new BackgroundWork("silence hint")));
            result = new TraceSession(source, output.with(refused), notices, limits, hint, System::nanoTime).run();
            findings = output.observer().findings();
            undecided = output.observer().undecided();
        }
    }

    /** {@code meanwhile} begins lookups in the background. */
    private static EventSource open(Tracing tracing, CaptureSettings capture, Runnable meanwhile)
            throws CaptureException {
        meanwhile.run();
        return tracing.openEvents(capture);
    }

    private boolean isRaw() {
        return settings.output().format() == Format.RAW;
    }

    private KernelDetails details(OperatingSystem system, Tracing tracing) throws CaptureException {
        return new KernelDetails(
                system,
                processes,
                settings.capture().stacks() ? new CallStacks(tracing.openStacks(), system, processes, notices) : null,
                settings.session().resolve() ? HostNames.ofSystem(tracing, notices) : null);
    }

    private SessionOutput output(Outputs outputs, Sink sink, DiagnosisReport.Sources sources) {
        if (isRaw()) {
            return outputs.recording(sink, Objects.requireNonNull(taps.recorder()), sources);
        }
        return extension.apply(
                settings.report().diagnose() ? outputs.diagnosis(sink, sources) : outputs.of(sink, sources.queues()));
    }

    private Observer view(Screen screen, EventSource source, Subject subject, Outputs outputs, QueueSampler queues) {
        String title = calls() + " of " + subject.describe();
        Frame frame = new Frame(outputs.screenStyle(), title, source.probe().hooks());
        return new LiveView(screen, frame, queues, notices, System::nanoTime);
    }

    private CaptureSettings captureSettings(Subject subject, OperatingSystem system) throws UserError {
        boolean follow = settings.target().follow();
        return new CaptureSettings(
                new Sizes(
                        settings.capture().ringBytes(),
                        ThreadTable.size(subject.threadCount(), follow || subject.isOpen()),
                        follow ? FOLLOWED_PROCESSES : subject.processCount()),
                new Watch(NO_FD, settings.report().live()),
                settings.capture().debug(),
                follow,
                new Extras(
                        settings.capture().stacks(),
                        settings.report().diagnose() || recordsDiagnosis(),
                        settings.capture().cgroups()),
                settings.capture().probe(),
                filter(system));
    }

    private CallFilter filter(OperatingSystem system) throws UserError {
        CallFilter filter = refusals.withCounted(settings.selection().filter());
        if (settings.selection().uid() != null) {
            filter = filter.withUid(uid(settings.selection().uid(), system));
        }
        return settings.selection().netnsOf() == 0
                ? filter
                : filter.withNetns(Targets.networkNamespace(settings.selection().netnsOf(), processes));
    }

    private static int uid(String user, OperatingSystem system) throws UserError {
        if (user.matches("[0-9]+")) {
            return (int) Long.parseLong(user);
        }
        long uid = system.userId(user);
        if (uid < 0) {
            throw new UserError(
                    ExitStatus.FAILURE,
                    "no such user: " + Printable.argument(user),
                    "getent passwd lists the users; --uid requires a name or a number");
        }
        return (int) uid;
    }

    private void reportStart(EventSource source, Subject subject) {
        HookLimits limits = new HookLimits(settings, refusals, source, notices);
        limits.reportUnseenCalls();
        machine.missingForOthers().forEach(capability -> notices.note(capability.missing()));
        notices.note("tracing " + calls() + " of " + subject.describe() + " via "
                + source.probe().hooks() + limits.unknownHere() + "; " + subject.endedBy());
        limits.reportCostForOthers();
    }

    private String calls() {
        return Units.list(settings.selection().filter().callNames());
    }
}
