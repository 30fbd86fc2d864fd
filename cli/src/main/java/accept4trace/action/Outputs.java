package accept4trace.action;

import accept4trace.capture.CallFilter.Call;
import accept4trace.capture.CaptureException;
import accept4trace.capture.FailureKind;
import accept4trace.capture.OperatingSystem;
import accept4trace.diagnose.DiagnosisText;
import accept4trace.diagnose.Examination;
import accept4trace.format.EventFormatter;
import accept4trace.format.SummaryOnly;
import accept4trace.format.Times.Stamp;
import accept4trace.format.WallClock;
import accept4trace.format.columns.ColumnLayout;
import accept4trace.format.columns.ColumnsFormatter;
import accept4trace.format.json.JsonFormatter;
import accept4trace.format.json.PerfettoFormatter;
import accept4trace.format.lines.Folding;
import accept4trace.format.lines.StraceFormatter;
import accept4trace.format.lines.TextFormatter;
import accept4trace.format.queue.QueueColumns;
import accept4trace.format.queue.QueueFormatter;
import accept4trace.format.queue.QueueText;
import accept4trace.format.tables.SummaryText;
import accept4trace.options.Format;
import accept4trace.options.Settings;
import accept4trace.options.SummaryMode;
import accept4trace.outcome.ExitStatus;
import accept4trace.outcome.Outcome;
import accept4trace.outcome.UserError;
import accept4trace.output.DescriptorStream;
import accept4trace.output.OutputStyle;
import accept4trace.output.Sink;
import accept4trace.output.WriteException;
import accept4trace.queue.QueueSampler;
import accept4trace.recording.Recorder;
import accept4trace.report.DiagnosisReport;
import accept4trace.report.QueueWatch;
import accept4trace.report.SummaryReport;
import accept4trace.session.Observer;
import accept4trace.session.SessionOutput;
import accept4trace.text.Errno;
import accept4trace.text.Printable;
import accept4trace.text.Text;
import java.io.IOException;
import java.util.Objects;

/** Builds the consumers of events (the sink, the formatter and the observer) from the settings. */
final class Outputs {
    private static final int NO_FD = -1;
    private static final int STDOUT = 1;
    private static final int STDERR = 2;
    private static final int DEFAULT_WIDTH = 80;

    private final Settings settings;
    private final Scene scene;
    private final OperatingSystem system;
    private int watchedFd = NO_FD;
    private final OutputStyle style;

    Outputs(Settings settings, Scene scene, OperatingSystem system, OutputStyle style) {
        this.settings = settings;
        this.scene = scene;
        this.system = system;
        this.style = style;
    }

    /** Returns stderr if there is a command to trace, because the command writes to stdout. strace does the same. */
    static int streamFd(Settings settings) {
        return settings.target().command().isEmpty() ? STDOUT : STDERR;
    }

    Sink openSink() throws UserError {
        int stream = streamFd(settings);
        boolean onTerminal = settings.output().path() == null && system.isTerminal(stream);
        Text.Style lines = lineStyle(onTerminal);
        if (settings.output().path() == null) {
            if (onTerminal && isRaw()) {
                throw new UserError(
                        ExitStatus.USAGE,
                        "--format=raw is not text, and the output is a terminal",
                        "write it to a file with -o FILE, or to a pipe");
            }
            watchedFd = stream;
            return standardSink(stream, lines);
        }
        String output = settings.output().path();
        try {
            return output.startsWith("|") || output.startsWith("!")
                    ? openCommand(output.substring(1), lines)
                    : Sink.toFile(openFile(output), lines);
        } catch (CaptureException e) {
            throw cannotWrite(output, reason(e), hint(e));
        }
    }

    private boolean isRaw() {
        return settings.output().format() == Format.RAW;
    }

    /** Selects ASCII for --format=strace, because strace escapes all other bytes in any locale. */
    private Text.Style lineStyle(boolean onTerminal) {
        Text.Style lines = style.of(settings.output().color(), onTerminal);
        return settings.output().format() == Format.STRACE ? new Text.Style(false, lines.colour()) : lines;
    }

    private Sink standardSink(int stream, Text.Style lines) {
        return Sink.to(new DescriptorStream(system, stream), lines);
    }

    /** Returns the descriptor that {@link #openSink} writes to, in order to watch its reader; -1 with -o FILE. */
    int watchedFd() {
        return watchedFd;
    }

    private Sink openCommand(String command, Text.Style lines) throws CaptureException {
        OperatingSystem.OutputCommand started = system.openCommand(command);
        watchedFd = started.fd();
        return Sink.toCommand(new DescriptorStream(system, started.fd()), () -> failureOf(started.pid()), lines);
    }

    private String failureOf(int command) throws IOException {
        try {
            Outcome outcome = Outcome.ofWait(system.awaitCommand(command));
            if (outcome.signal() != 0) {
                return "killed by signal " + outcome.signal();
            }
            return outcome.status() == 0 ? "" : "exit status " + outcome.status();
        } catch (CaptureException e) {
            return Errno.message(e.errno());
        }
    }

    private DescriptorStream openFile(String file) throws CaptureException {
        return new DescriptorStream(
                system, system.openOutput(file, settings.output().append(), isRaw()));
    }

    private static String reason(CaptureException e) {
        if (!e.detail().isEmpty()) {
            return e.detail();
        }
        return switch (e.errno()) {
            case Errno.ENOENT -> "no such folder";
            case Errno.EACCES -> "permission denied";
            case Errno.EBADF -> "it is not open";
            default -> Errno.message(e.errno());
        };
    }

    private static String hint(CaptureException e) {
        if (e.kind() == FailureKind.INVOKER) {
            return Failures.INVOKER_HINT;
        }
        if (e.errno() == Errno.EBADF) {
            return "let the shell open the descriptor, as in 3> FILE";
        }
        return e.detail().isEmpty()
                ? "choose a file in an existing folder that you can write to"
                : "choose a folder that only root can write to, or let the shell open the file: > FILE";
    }

    /**
     * Explains a failure to write lines. If the pipe to a command was closed early, the exit status of the command is
     * known only after {@link Sink#close}, so it is in a suppressed exception.
     */
    static UserError unwritten(IOException e) {
        for (Throwable later : e.getSuppressed()) {
            if (e instanceof WriteException write && later instanceof Sink.ReaderFailedException) {
                return unwritten(write.because(String.valueOf(later.getMessage())));
            }
        }
        String hint =
                switch (WriteException.errnoOf(e)) {
                    case Errno.EPIPE -> "the reader of the output must run until the trace ends";
                    case Errno.ENOSPC -> "free some space, or write to another file system";
                    default -> "check that the output still exists and has space left";
                };
        String why = Printable.ascii(String.valueOf(e.getMessage()));
        return new UserError(ExitStatus.FAILURE, "cannot write the trace: " + why, hint);
    }

    private static UserError cannotWrite(String output, String why, String hint) {
        return new UserError(ExitStatus.FAILURE, "cannot write to " + Printable.argument(output) + ": " + why, hint);
    }

    /**
     * Returns the output for lines, a summary, or both.
     *
     * @param queues takes snapshots for the summary
     */
    SessionOutput of(Sink sink, QueueSampler queues) {
        WallClock clock = wallClock();
        EventFormatter formatter = formatter(clock);
        return switch (settings.report().summary()) {
            case NONE -> lines(formatter, sink, Observer.NONE);
            case ONLY ->
                new SessionOutput(new SummaryOnly(formatter), sink, report(clock, queues, sink, outputWidth()));
            case ALSO -> {
                int stream = summaryStream();
                Sink tables = standardSink(stream, sink.style());
                yield lines(formatter, sink, report(clock, queues, tables, system.terminalWidth(stream)));
            }
        };
    }

    /** Returns the output for a full-screen view. Lines are written only with -o. */
    SessionOutput withView(Observer view, Sink sink) {
        EventFormatter formatter = formatter(wallClock());
        return lines(settings.output().path() == null ? new SummaryOnly(formatter) : formatter, sink, view);
    }

    /** Skips closed listeners unless they are selected. They may be traced only because a report counts them. */
    private SessionOutput lines(EventFormatter formatter, Sink sink, Observer observer) {
        boolean closings = settings.selection().filter().calls().contains(Call.CLOSED);
        return new SessionOutput(formatter, sink, observer).withClosings(closings);
    }

    Text.Style screenStyle() {
        return style.of(settings.output().color(), true);
    }

    /**
     * Returns the output for a diagnosis, which writes the findings at the end of the trace.
     *
     * @param sources where the diagnosis gets facts from, in addition to calls
     */
    SessionOutput diagnosis(Sink sink, DiagnosisReport.Sources sources) {
        EventFormatter formatter = formatter(wallClock());
        boolean utf8 = !(formatter instanceof JsonFormatter) && sink.lines().isUtf8();
        Examination examination = new Examination(Objects.requireNonNull(scene.facts()), utf8);
        DiagnosisReport report = formatter instanceof JsonFormatter json
                ? DiagnosisReport.asJson(examination, json, sink, sources)
                : DiagnosisReport.asText(examination, new DiagnosisText(outputWidth()), sink, sources);
        return new SessionOutput(new SummaryOnly(formatter), sink, report);
    }

    /**
     * Returns the output for a recording. If the scene has facts, the recording will contain all that a diagnosis
     * needs.
     *
     * @param sources where a diagnosis gets facts from, in addition to calls
     */
    SessionOutput recording(Sink sink, Recorder recorder, DiagnosisReport.Sources sources) {
        Observer observer = scene.facts() == null
                ? new QueueWatch(sources.queues())
                : DiagnosisReport.unseen(new Examination(scene.facts(), false), sink, sources);
        return new SessionOutput(recorder, sink, observer);
    }

    /** Returns the terminal width in columns; 80 if the output is not a terminal. */
    private int outputWidth() {
        return settings.output().path() == null ? system.terminalWidth(streamFd(settings)) : DEFAULT_WIDTH;
    }

    /** Returns a formatter for --queue. */
    QueueFormatter queueFormatter() {
        return switch (settings.output().format()) {
            case TEXT -> new QueueText(settings.output().text().verbose());
            case COLUMNS -> new QueueColumns(outputWidth());
            case JSON -> json(wallClock())::queues;
            case STRACE, PERFETTO, RAW -> throw new IllegalStateException("refused by the options");
        };
    }

    private JsonFormatter json(WallClock clock) {
        return new JsonFormatter(scene.origin(), scene.details(), clock);
    }

    private EventFormatter formatter(WallClock clock) {
        return switch (settings.output().format()) {
            case TEXT -> text(new TextFormatter(settings.output().text(), scene.details(), clock));
            case COLUMNS -> new ColumnsFormatter(columns(), scene.details(), clock);
            case STRACE ->
                new StraceFormatter(
                        settings.output().text(),
                        scene.details(),
                        clock,
                        scene.netns().getAsLong());
            case JSON -> json(clock);
            case PERFETTO -> new PerfettoFormatter(scene.details());
            case RAW -> throw new IllegalStateException("a Recorder");
        };
    }

    private ColumnLayout columns() {
        return settings.output().fields().isEmpty()
                ? ColumnLayout.fitting(outputWidth())
                : ColumnLayout.of(settings.output().fields(), outputWidth());
    }

    private EventFormatter text(TextFormatter lines) {
        return settings.output().folding() ? new Folding(lines) : lines;
    }

    private Observer report(WallClock clock, QueueSampler queues, Sink sink, int width) {
        SummaryText tables = settings.output().format() == Format.JSON
                ? null
                : new SummaryText(
                        scene.details(),
                        clock,
                        settings.report().sortKey(),
                        width,
                        settings.selection().filter().callNames());
        return new SummaryReport(
                tables,
                scene.details(),
                queues,
                sink,
                settings.report().intervalNs(),
                scene.clock().getAsLong());
    }

    /** Returns stdout if neither the lines nor a command use it, else stderr. */
    private int summaryStream() {
        boolean stdoutIsFree =
                settings.output().path() != null && settings.target().command().isEmpty();
        return stdoutIsFree ? STDOUT : STDERR;
    }

    /** If times are shown, reads the time zone before the tool drops privileges that its file may require. */
    private WallClock wallClock() {
        boolean shown = settings.output().text().times().stamp() != Stamp.NONE
                || settings.report().summary() != SummaryMode.NONE
                || settings.output().format() == Format.COLUMNS;
        if (shown) {
            system.utcOffset(0);
        }
        return new WallClock(scene.epochOffset(), scene.clock(), system::utcOffset);
    }
}
