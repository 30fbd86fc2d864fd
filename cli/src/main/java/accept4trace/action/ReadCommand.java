package accept4trace.action;

import accept4trace.capture.CallFilter;
import accept4trace.capture.CallFilter.Call;
import accept4trace.capture.CaptureException;
import accept4trace.capture.EventSource;
import accept4trace.capture.OperatingSystem;
import accept4trace.capture.Platform;
import accept4trace.diagnose.Finding;
import accept4trace.diagnose.Undecided;
import accept4trace.format.json.JsonFormatter;
import accept4trace.options.CallRequirement;
import accept4trace.options.Format;
import accept4trace.options.Settings;
import accept4trace.options.Settings.Reading.Kinds;
import accept4trace.options.SummaryMode;
import accept4trace.outcome.ExitStatus;
import accept4trace.outcome.Outcome;
import accept4trace.outcome.UserError;
import accept4trace.output.DescriptorStream;
import accept4trace.output.Notices;
import accept4trace.output.OutputStyle;
import accept4trace.output.Sink;
import accept4trace.queue.QueueSampler;
import accept4trace.queue.TraceSelection;
import accept4trace.recording.Header;
import accept4trace.recording.Recording;
import accept4trace.recording.RecordingException;
import accept4trace.report.DiagnosisReport;
import accept4trace.session.RefusedConnections;
import accept4trace.session.SessionOutput;
import accept4trace.session.TraceSession;
import accept4trace.text.FileNames;
import accept4trace.text.Printable;
import accept4trace.trigger.Condition.Kind;
import accept4trace.trigger.TriggerSettings;
import java.io.BufferedInputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** --read: shows a recording like a trace. Needs neither privileges nor the recorded machine. */
public final class ReadCommand {
    private static final int STDERR = 2;
    private static final String STDIN = "-";

    private final Settings settings;
    private final Notices notices;
    private final OutputStyle style;
    private final Platform platform;
    private List<Finding> findings = List.of();
    private List<Undecided> undecided = List.of();

    public ReadCommand(Settings settings, Notices notices, OutputStyle style, Platform platform) {
        this.settings = settings;
        this.notices = notices;
        this.style = style;
        this.platform = platform;
    }

    public Outcome run() throws UserError {
        String path = Objects.requireNonNull(settings.session().reading().path());
        try (Recording recording = Recording.open(open(path))) {
            return show(recording);
        } catch (RecordingException e) {
            throw new UserError(
                    ExitStatus.FAILURE,
                    "cannot read " + name(path) + ": " + Printable.ascii(String.valueOf(e.getMessage())),
                    e.hint());
        } catch (CaptureException e) {
            throw new UserError(
                    ExitStatus.FAILURE,
                    "cannot " + Printable.ascii(e.stage()) + ": " + Printable.ascii(e.detail()),
                    "install it again with install.sh");
        } catch (IOException e) {
            throw Outputs.unwritten(e);
        }
    }

    /** Opens a file, or stdin. */
    private static InputStream open(String path) throws UserError {
        if (path.equals(STDIN)) {
            return new BufferedInputStream(new FileInputStream(FileDescriptor.in));
        }
        try {
            return new BufferedInputStream(new FileInputStream(FileNames.decode(path)));
        } catch (IOException e) {
            String why = String.valueOf(e.getMessage()).replaceFirst(".*\\((.*)\\)$", "$1");
            throw new UserError(
                    ExitStatus.FAILURE, "cannot read " + name(path) + ": " + Printable.ascii(why), hintFor(why));
        }
    }

    static String hintFor(String why) {
        return why.equals("Permission denied")
                ? "only the owner of a recording can read it"
                : "--format=raw -o FILE writes a recording";
    }

    private static String name(String path) {
        return path.equals(STDIN) ? "stdin" : Printable.argument(path);
    }

    /** Fails if the output is the recording itself, because opening the output would truncate it. */
    private void checkOutput() throws UserError {
        String output = settings.output().path();
        String input = Objects.requireNonNull(settings.session().reading().path());
        if (output != null
                && isSame(input.equals(STDIN) ? "/dev/stdin" : FileNames.decode(input), FileNames.decode(output))) {
            throw new UserError(
                    ExitStatus.FAILURE,
                    "cannot write to " + Printable.argument(output) + ": it is the recording",
                    "choose another file for -o");
        }
    }

    /** Returns whether two names refer to the same file. The second one can also be a command for -o. */
    private static boolean isSame(String input, String output) {
        try {
            return Files.isSameFile(Path.of(input), Path.of(output));
        } catch (IOException | InvalidPathException e) {
            return false;
        }
    }

    private Outcome show(Recording recording) throws UserError, CaptureException, IOException {
        Header header = recording.header();
        RecordedCalls recorded = RecordedCalls.of(recording);
        Settings adjusted = settings.with(calls(header, recorded), header.is(Header.ALL));
        OperatingSystem system = platform.operatingSystem();
        CallFilter filter = filter(adjusted.selection());
        for (CallRequirement requirement : adjusted.selection().requirements()) {
            recorded.requireFor(requirement, filter.calls());
        }
        checkRecorded(header);
        checkRefused(filter);
        checkLookups(filter);
        checkShown(filter);
        checkOutput();
        checkTrigger(recording, recorded);
        if (settings.report().summary() != SummaryMode.NONE) {
            filter = filter.withClosed();
        }
        notices.writeTo(new DescriptorStream(system, STDERR));
        Taps.NONE.recordNotices(notices);
        TraceSession.Result result = run(recording, adjusted, filter, system);
        boolean damaged = !recording.failure().isEmpty();
        Verdict verdict = new Verdict(settings.report().failOn(), findings, undecided);
        return TraceCommand.outcome(
                result,
                verdict.isFound() && !damaged,
                damaged
                        ? Outcome.status(ExitStatus.FAILURE)
                        : verdict.orFailure(Outcome.status(ExitStatus.OK), notices),
                settings.session().strict());
    }

    private TraceSession.Result run(Recording recording, Settings adjusted, CallFilter filter, OperatingSystem system)
            throws UserError, CaptureException, IOException {
        Outputs outputs = new Outputs(adjusted, scene(recording), system, style);
        try (Sink sink = outputs.openSink();
                EventSource source = recording.source(filter, notices::later)) {
            TraceSelection selection = TraceSelection.ofRecording(filter);
            QueueSampler queues = QueueSampler.onDemand(
                    recording.snapshots(),
                    recording::hasLastSnapshot,
                    source::isTarget,
                    selection,
                    notices::noteLate,
                    recording::nowNs);
            if (usesSnapshots()) {
                recording.whenSnapshot(queues::takeNow);
            }
            DiagnosisReport.Sources sources = DiagnosisReport.Sources.of(
                            source, queues, () -> Objects.requireNonNullElse(recording.silenceHint(), ""))
                    .withUnread(recording::failure);
            SessionOutput output =
                    settings.report().diagnose() ? outputs.diagnosis(sink, sources) : outputs.of(sink, queues);
            output = new Triggers(settings).wrap(output, null, queues, notices);
            recording.notices().forEach(notices::print);
            if (settings.report().summary() != SummaryMode.NONE) {
                RecordedCalls.of(recording).reportUncounted(notices);
            }
            new Triggers(settings).report(notices);
            TraceSession.Limits limits = new TraceSession.Limits(
                    settings.session().count(), settings.session().durationNs());
            TraceSession.Result result = new TraceSession(
                            source,
                            output.with(refused(recording, source, filter)).withWindows(showsWindows()),
                            notices,
                            limits,
                            recording::silenceHint,
                            recording::nowNs)
                    .run();
            findings = output.observer().findings();
            undecided = output.observer().undecided().stream()
                    .map(Undecided::inRecording)
                    .toList();
            return result;
        }
    }

    /** Returns whether the output has lines, among which the triggers of recorded windows can be shown. */
    private boolean showsWindows() {
        return settings.session().trigger() == null
                && settings.report().summary() != SummaryMode.ONLY
                && !settings.report().diagnose()
                && settings.output().format() != Format.PERFETTO;
    }

    private boolean usesSnapshots() {
        TriggerSettings trigger = settings.session().trigger();
        return settings.report().diagnose()
                || settings.report().summary() != SummaryMode.NONE
                || (trigger != null && trigger.needsSnapshots());
    }

    private static RefusedConnections refused(Recording recording, EventSource source, CallFilter filter) {
        return Refusals.connections(
                source.refusals(),
                recording.holders(),
                recording.holdersOfUnix(),
                filter.calls().contains(Call.REFUSED));
    }

    private Scene scene(Recording recording) {
        Header header = recording.header();
        return new Scene(
                new JsonFormatter.Origin(header.get(Header.HOST), header.get(Header.BOOT)),
                () -> header.number(Header.NETNS),
                recording::epochOffset,
                recording::nowNs,
                recording.details(settings.session().resolve()),
                recording.facts());
    }

    /** Returns the kinds of calls to show. */
    private Set<Call> calls(Header header, RecordedCalls recorded) throws UserError {
        if (settings.report().diagnose()) {
            if (!header.is(Header.DIAGNOSIS)) {
                recorded.requireForDiagnosis();
            }
            return CallFilter.DIAGNOSED;
        }
        Set<Call> wanted = settings.selection().filter().calls();
        return switch (settings.session().reading().kinds()) {
            case ALL -> recorded.selected();
            case NOT_EXCLUDED -> recorded.among(wanted);
            case NAMED -> {
                recorded.requireForLines(wanted);
                yield wanted;
            }
        };
    }

    /** Fails if nothing that is selected can pass the filter. */
    private void checkShown(CallFilter filter) throws UserError {
        Set<Call> shown = EnumSet.copyOf(filter.calls());
        boolean closings = filter.peers().isEmpty() && filter.listener().fds().isEmpty();
        boolean givenUp = !filter.hasHolder() && settings.report().summary() != SummaryMode.ONLY;
        if (!closings && !givenUp) {
            shown.remove(Call.CLOSED);
        }
        if (filter.hasHolder()) {
            shown.remove(Call.REFUSED);
        }
        if (shown.isEmpty()) {
            throw new UserError(
                    ExitStatus.FAILURE,
                    "no recorded event can pass these filters: a recording says neither who holds a listener"
                            + " nor whose connections were reset",
                    "read it without --comm, --uid, --cgroup, --fd and --peer");
        }
    }

    /** Returns whether -e names the event. Neither "all" nor a negation selects events. */
    private boolean isNamed(Call event, CallFilter filter) {
        return settings.session().reading().kinds() != Kinds.ALL
                && filter.calls().contains(event);
    }

    /** Fails if the recording lacks what the requested reports need. */
    private void checkRecorded(Header header) throws UserError {
        if (settings.report().diagnose() && !header.is(Header.DIAGNOSIS)) {
            throw unavailable(
                    "with filters that a diagnosis does not allow",
                    "--diagnose is not available",
                    "record without filters for --fd, peers, results and times");
        }
        if (settings.capture().stacks() && !header.is(Header.STACKS)) {
            throw unavailable("without -k", "call stacks are not available", "-k --format=raw records them");
        }
        if (settings.session().resolve() && !header.is(Header.NAMES)) {
            throw unavailable(
                    "without --resolve", "host names are not available", "--resolve --format=raw records them");
        }
    }

    private static UserError unavailable(String how, String what, String hint) {
        return new UserError(ExitStatus.FAILURE, "recorded " + how + ": " + what, hint);
    }

    private void checkTrigger(Recording recording, RecordedCalls recorded) throws UserError {
        TriggerSettings trigger = settings.session().trigger();
        if (trigger != null && trigger.has(Kind.REFUSED)) {
            recorded.requireForTrigger();
        }
        new Triggers(settings)
                .check(recording.refusals(), "the recording does not show", "record it on a kernel that shows them");
    }

    private void checkRefused(CallFilter filter) throws UserError {
        if (!filter.hasHolder()) {
            return;
        }
        TriggerSettings trigger = settings.session().trigger();
        boolean named = isNamed(Call.REFUSED, filter);
        if (named || (trigger != null && trigger.has(Kind.REFUSED))) {
            throw UserError.usage((named ? "-e refused" : "--trigger=refused")
                    + " cannot be used with --read and --comm, --uid, --cgroup or --fd:"
                    + " the holders of listeners are not recorded");
        }
    }

    /** Fails if nothing could be shown, because the recording does not contain what a filter needs. */
    private void checkLookups(CallFilter filter) throws UserError {
        if (isNamed(Call.CLOSED, filter) && !filter.peers().isEmpty()) {
            throw UserError.usage("-e closed cannot be used with --read and --peer:"
                    + " it is not recorded whose connections were reset");
        }
        TriggerSettings trigger = settings.session().trigger();
        if (trigger != null && trigger.has(Kind.STUCK) && filter.caller().cgroup() != null) {
            throw UserError.usage("--trigger=stuck cannot be used with --read and --cgroup:"
                    + " the cgroups of the holders of listeners are not recorded");
        }
    }

    /** Requires a number for --uid, because the names of users are not recorded. */
    private static CallFilter filter(Settings.Selection selection) throws UserError {
        String uid = selection.uid();
        if (uid == null) {
            return selection.filter();
        }
        if (!uid.matches("[0-9]+")) {
            throw UserError.usage("--uid " + Printable.argument(uid) + " cannot be used with --read: give a number");
        }
        return selection.filter().withUid((int) Long.parseLong(uid));
    }
}
