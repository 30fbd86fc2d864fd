package accept4trace.action;

import accept4trace.capture.jna.NativePlatform;
import accept4trace.options.Arguments;
import accept4trace.options.Settings;
import accept4trace.outcome.UserError;
import accept4trace.output.Notices;
import accept4trace.output.OutputStyle;
import accept4trace.proc.Machine;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Arrays;

/** Runs the tool, and writes a recording of the same run. Arguments: the file for the recording, then options. */
final class RecordedMain {
    private RecordedMain() {}

    public static void main(String[] args) throws IOException, UserError {
        try (OutputStream file = new FileOutputStream(args[0])) {
            Settings settings = Arguments.parse(Arrays.copyOfRange(args, 1, args.length));
            TraceCommand command = new TraceCommand(
                    settings,
                    new Notices(System.err, settings.session().quiet()),
                    new Machine(Path.of("/")),
                    new OutputStyle(System.getenv()),
                    new NativePlatform());
            RecordedToo.to(file, command).run();
        }
        Runtime.getRuntime().exit(0);
    }
}
