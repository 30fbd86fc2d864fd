package accept4trace;

import accept4trace.action.CheckCommand;
import accept4trace.action.InternalErrors;
import accept4trace.action.Printing;
import accept4trace.action.TraceCommand;
import accept4trace.capture.CaptureException;
import accept4trace.capture.jna.Kernel;
import accept4trace.options.Arguments;
import accept4trace.options.Help;
import accept4trace.options.Settings;
import accept4trace.outcome.ExitStatus;
import accept4trace.outcome.Outcome;
import accept4trace.outcome.UserError;
import accept4trace.output.Notices;
import accept4trace.proc.Machine;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.module.ModuleDescriptor;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The program: arguments in, an outcome out. */
public final class Main {
    private static final int SIGNALLED = 128;

    private final Printing out;
    private final PrintStream err;
    private final Machine machine = new Machine(Path.of("/"));

    Main(OutputStream out, PrintStream err) {
        this.out = new Printing(out);
        this.err = err;
    }

    /** Only the launcher calls this: each character of the arguments stands for a byte. */
    public static void main(String[] args) {
        PrintStream err = new PrintStream(System.err, true, StandardCharsets.UTF_8);
        InternalErrors errors = new InternalErrors(err, args);
        Thread.setDefaultUncaughtExceptionHandler(errors);
        Kernel.prepareMeanwhile();
        end(new Main(new FileOutputStream(FileDescriptor.out), err).run(args));
    }

    Outcome run(String... args) {
        try {
            return out.finish(act(Arguments.parse(args)));
        } catch (UserError e) {
            new Notices(err, false).failure(e.getMessage(), e.hint());
            return Outcome.status(e.status());
        } catch (RuntimeException | Error e) {
            return new InternalErrors(err, args).report(Kernel.rootCause(e));
        }
    }

    private Outcome act(Settings settings) throws UserError {
        switch (settings.action()) {
            case SHOW_HELP -> Help.lines().forEach(out.lines()::println);
            case SHOW_SHORT_HELP -> Help.shortLines().forEach(out.lines()::println);
            case SHOW_VERSION -> out.lines().println("accept4-trace " + version());
            case CHECK -> {
                return new CheckCommand(out.lines(), machine).run();
            }
            case TRACE -> {
                return new TraceCommand(settings, new Notices(err, settings.quiet()), machine).run();
            }
        }
        return Outcome.status(ExitStatus.OK);
    }

    /** The module has one from the build. */
    private static String version() {
        ModuleDescriptor module = Main.class.getModule().getDescriptor();
        return module == null ? "(not packaged)" : module.rawVersion().orElse("(unknown version)");
    }

    /** Nothing is left to clean up, hence halt: no waiting for threads or hooks. */
    private static void end(Outcome outcome) {
        if (outcome.signal() != 0) {
            dieBySignal(outcome.signal());
        }
        Runtime.getRuntime().halt(outcome.signal() == 0 ? outcome.status() : SIGNALLED + outcome.signal());
    }

    private static void dieBySignal(int signal) {
        try {
            Kernel.load().dieBySignal(signal);
        } catch (CaptureException e) {
            // The status tells the signal all the same, as a shell would.
        }
    }
}
