package accept4trace.app;

import accept4trace.capture.CaptureException;
import accept4trace.capture.CaptureSettings;
import accept4trace.capture.EventSource;
import accept4trace.capture.jna.KernelEventSource;
import accept4trace.cli.ExitStatus;
import accept4trace.cli.Printable;
import accept4trace.cli.Settings;
import accept4trace.cli.UserError;
import accept4trace.format.TextFormatter;
import accept4trace.proc.Processes;
import accept4trace.sink.Sink;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;

/** The default action: puts a trace session together from the settings and runs it. */
public final class TraceCommand {
    private static final int CALLS_AT_LEAST = 1024;
    private static final int CALLS_AT_MOST = 65_536;
    private static final int CALLS_OF_A_MACHINE = 16_384;
    private static final int SIGPIPE = 13;

    private final Settings settings;
    private final Notices notices;
    private final Processes processes = new Processes(Path.of("/proc"));

    public TraceCommand(Settings settings, Notices notices) {
        this.settings = settings;
        this.notices = notices;
    }

    public Outcome run() throws UserError {
        Failures.checkMachine();
        Targets targets = settings.all() ? null : Targets.find(settings.pids(), processes, notices);
        try (Sink sink = openSink();
                EventSource source = KernelEventSource.open(captureSettings(targets))) {
            return outcome(trace(source, sink, targets));
        } catch (CaptureException e) {
            throw Failures.explain(e);
        } catch (IOException e) {
            throw new UserError(
                    ExitStatus.FAILURE,
                    "cannot write the trace: " + Printable.ascii(String.valueOf(e.getMessage())),
                    "is there space left, and is the output still there?");
        }
    }

    private Sink openSink() throws UserError {
        if (settings.output() == null) {
            return Sink.toStdout();
        }
        try {
            return Sink.toFile(settings.output());
        } catch (IOException e) {
            throw new UserError(
                    ExitStatus.FAILURE,
                    "cannot write to " + Printable.ascii(settings.output().toString()) + ": " + Reasons.of(e),
                    "choose a file in a folder that exists and that you may write to");
        }
    }

    private CaptureSettings captureSettings(Targets targets) {
        int processCount = targets == null ? 1 : targets.tgids().size();
        return new CaptureSettings(
                settings.ringBytes(),
                targets == null ? CALLS_OF_A_MACHINE : callsOf(targets.threadCount()),
                processCount,
                settings.output() == null,
                settings.debug());
    }

    /** Each thread can be in one call; twice that leaves room for threads to come. */
    private static int callsOf(int threads) {
        return Math.max(CALLS_AT_LEAST, Math.min(CALLS_AT_MOST, 2 * threads));
    }

    private TraceSession.Ending trace(EventSource source, Sink sink, Targets targets)
            throws CaptureException, IOException, UserError {
        if (targets == null) {
            source.traceAll();
        } else {
            traceEach(source, targets.tgids());
        }
        tellStart(source, targets == null ? "every process" : targets.describe());
        Supplier<String> silenceHint = targets == null ? () -> "" : new SilenceHint(targets.tgids(), processes);
        TraceSession.Limits limits = new TraceSession.Limits(settings.count(), settings.durationNs());
        return new TraceSession(source, new TextFormatter(), sink, notices, limits, silenceHint, System::nanoTime)
                .run();
    }

    /** A process can end between being found and being traced. */
    private static void traceEach(EventSource source, List<Integer> tgids) throws CaptureException {
        for (int tgid : tgids) {
            source.traceProcess(tgid);
        }
    }

    private void tellStart(EventSource source, String targets) {
        if (!source.hooksNote().isEmpty()) {
            notices.note(source.hooksNote() + ": addresses are looked up after each call and marked ~peer");
        }
        notices.note("tracing accept4 of " + targets + " via " + source.hooks() + "; ^C ends");
    }

    private Outcome outcome(TraceSession.Ending ending) {
        if (ending.signal() != 0) {
            return Outcome.signal(ending.signal());
        }
        if (ending.readerGone()) {
            return Outcome.signal(SIGPIPE);
        }
        boolean lost = settings.strict() && ending.losses().events() > 0;
        return Outcome.status(lost ? ExitStatus.LOST_EVENTS : ExitStatus.OK);
    }
}
