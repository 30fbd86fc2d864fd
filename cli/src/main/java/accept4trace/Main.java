package accept4trace;

import accept4trace.action.CheckCommand;
import accept4trace.action.InternalErrors;
import accept4trace.action.Printing;
import accept4trace.action.QueueCommand;
import accept4trace.action.ReadCommand;
import accept4trace.action.TraceCommand;
import accept4trace.action.Version;
import accept4trace.capture.CaptureException;
import accept4trace.capture.Platform;
import accept4trace.capture.jna.NativePlatform;
import accept4trace.options.Arguments;
import accept4trace.options.Completions;
import accept4trace.options.Help;
import accept4trace.options.Settings;
import accept4trace.options.Shell;
import accept4trace.outcome.ExitStatus;
import accept4trace.outcome.Outcome;
import accept4trace.outcome.UserError;
import accept4trace.output.Notices;
import accept4trace.output.OutputStyle;
import accept4trace.proc.Machine;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;

/** The entry point of the program. */
public final class Main {
    private static final int SIGNALLED = 128;

    private final Printing out;
    private final PrintStream err;
    private final OutputStyle style;
    private final Machine machine;
    private final Platform platform;

    public Main(
            OutputStream out, PrintStream err, Map<String, String> environment, Machine machine, Platform platform) {
        this.out = new Printing(out);
        this.err = err;
        this.style = new OutputStyle(environment);
        this.machine = machine;
        this.platform = platform;
    }

    /** Called only by the launcher. Each character of the arguments represents a byte. */
    public static void main(String[] args) {
        PrintStream err = new PrintStream(System.err, true, StandardCharsets.UTF_8);
        Thread.setDefaultUncaughtExceptionHandler(new InternalErrors(err, args));
        NativePlatform.prepareInBackground();
        OutputStream out = new FileOutputStream(FileDescriptor.out);
        Platform platform = new NativePlatform();
        end(new Main(out, err, System.getenv(), new Machine(Path.of("/")), platform).run(args), platform);
    }

    /** Runs the program and handles all failures. Help, the version and usage errors need no native library. */
    public Outcome run(String... args) {
        try {
            return out.finish(act(Arguments.parse(args)));
        } catch (UserError e) {
            out.lines().flush();
            new Notices(err, false).failure(e.getMessage(), e.hint());
            return Outcome.status(e.status());
        } catch (RuntimeException | Error e) {
            return new InternalErrors(err, args).report(NativePlatform.rootCause(e));
        }
    }

    private Outcome act(Settings settings) throws UserError {
        switch (settings.task().action()) {
            case SHOW_HELP -> Help.lines().forEach(out.lines()::println);
            case SHOW_SHORT_HELP -> Help.shortLines().forEach(out.lines()::println);
            case SHOW_VERSION -> out.lines().println("accept4-trace " + Version.text());
            case SHOW_COMPLETION -> {
                Shell shell = Objects.requireNonNull(settings.task().shell());
                out.lines().print(Completions.script(shell));
            }
            case CHECK -> {
                return new CheckCommand(out.lines(), machine, platform).run();
            }
            case SHOW_QUEUES -> {
                return new QueueCommand(settings, notices(settings), machine, style, platform).run();
            }
            case READ -> {
                return new ReadCommand(settings, notices(settings), style, platform).run();
            }
            case TRACE -> {
                return new TraceCommand(settings, notices(settings), machine, style, platform).run();
            }
        }
        return Outcome.status(ExitStatus.OK);
    }

    private Notices notices(Settings settings) {
        return new Notices(err, settings.session().quiet());
    }

    /** Halts without waiting for threads or hooks, because nothing is left to clean up. */
    private static void end(Outcome outcome, Platform platform) {
        if (outcome.signal() != 0) {
            dieBySignal(outcome.signal(), platform);
        }
        Runtime.getRuntime().halt(outcome.signal() == 0 ? outcome.status() : SIGNALLED + outcome.signal());
    }

    private static void dieBySignal(int signal, Platform platform) {
        try {
            platform.operatingSystem().dieBySignal(signal);
        } catch (CaptureException e) {
            // The exit status reports the signal, as in a shell.
        }
    }
}
