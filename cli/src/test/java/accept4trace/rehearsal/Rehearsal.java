package accept4trace.rehearsal;

import static accept4trace.event.EventLayout.*;
import static accept4trace.event.EventLayout.Event.*;
import static accept4trace.event.EventLayout.Flag.*;

import accept4trace.Main;
import accept4trace.action.InternalErrors;
import accept4trace.action.TraceCommand;
import accept4trace.capture.CallFilter;
import accept4trace.capture.CaptureException;
import accept4trace.capture.CaptureSettings;
import accept4trace.capture.CaptureSettings.Extras;
import accept4trace.capture.CaptureSettings.Sizes;
import accept4trace.capture.CaptureSettings.Watch;
import accept4trace.capture.EventBatch;
import accept4trace.capture.Platform;
import accept4trace.capture.Probe;
import accept4trace.capture.jna.NativePlatform;
import accept4trace.fake.FakeSource;
import accept4trace.fake.FakeTracing;
import accept4trace.fake.ReplayPlatform;
import accept4trace.options.Arguments;
import accept4trace.options.Settings;
import accept4trace.outcome.UserError;
import accept4trace.output.Notices;
import accept4trace.output.OutputStyle;
import accept4trace.proc.Machine;
import accept4trace.text.Errno;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs the code that is common to most runs of the tool, with events from memory. Does not need privileges, and
 * attaches nothing. The build uses the rehearsal to list the classes for the CDS archive. When the tool starts, the JVM
 * maps this archive into memory instead of loading each class.
 *
 * <p>Classes that are not in the archive load more slowly. Even so, the archive omits the classes of rare formats,
 * because each start links the whole archive: with the classes of all formats and summaries in it, a start with JSON
 * was 13 ms faster, but a start with text was 5 to 9 ms slower.
 *
 * <p>The rehearsal and its fakes are not part of the shipped module. make-runtime.sh puts them on the class path. They
 * are in packages of their own, because the class path cannot contain a package of the module.
 */
final class Rehearsal {
    private static final String[][] TRACES = {{}, {"-o", "/dev/null", "-f"}, {"-c", "-o", "/dev/null"}};
    private static final Machine MACHINE = new Machine(Path.of("/"));
    private static final int AF_INET = 2;
    private static final int STREAM = 1;
    private static final int TCP = 6;
    private static final int LISTENING = 10;

    private Rehearsal() {}

    public static void main(String[] args) throws UserError {
        new InternalErrors(System.err, args);
        Main program = new Main(System.out, System.err, System.getenv(), MACHINE, new NativePlatform());
        program.run("-V");
        /* No process can have this id, so the run ends with the checks before attaching. */
        program.run("-p", Integer.toString(Integer.MAX_VALUE));
        for (String[] words : TRACES) {
            trace(words);
        }
        failToOpen();
        Runtime.getRuntime().exit(0);
    }

    private static void trace(String... words) throws UserError {
        List<String> all = new ArrayList<>(List.of(words));
        all.addAll(List.of("-p", Long.toString(ProcessHandle.current().pid())));
        FakeSource source = new FakeSource()
                .then(new EventBatch(events(), 2 * Event.BYTES, 0, false, false, false))
                .then(new EventBatch(events(), 0, 0, false, true, false));
        Settings settings = Arguments.parse(all.toArray(String[]::new));
        Platform platform = new ReplayPlatform(new FakeTracing(source));
        new TraceCommand(settings, new Notices(System.err, false), MACHINE, new OutputStyle(System.getenv()), platform)
                .trace();
    }

    /** Opens a session that fails before it traces, because the kernel rejects a ring buffer of 0 bytes. */
    private static void failToOpen() {
        NativePlatform.prepareInBackground();
        try {
            new NativePlatform()
                    .tracing()
                    .openEvents(new CaptureSettings(
                            new Sizes(0, 1, 1),
                            new Watch(-1, false),
                            false,
                            false,
                            Extras.NONE,
                            Probe.AUTO,
                            CallFilter.NONE))
                    .close();
        } catch (CaptureException e) {
            // Expected.
        }
    }

    /** Returns records of a connection and of a call that found none. */
    private static ByteBuffer events() {
        ByteBuffer records = ByteBuffer.allocate(2 * Event.BYTES).order(ByteOrder.nativeOrder());
        call(records, 0, HAS_LISTENER | HAS_PEER | HAS_WAIT | HAS_QUEUE | HAS_DROPS, 7);
        socket(records, ACCEPTED);
        call(records, Event.BYTES, HAS_LISTENER, -Errno.EAGAIN);
        return records;
    }

    private static void call(ByteBuffer records, int at, int flags, long ret) {
        records.putShort(at + SIZE, (short) Event.BYTES)
                .putShort(at + TYPE, (short) Type.ACCEPT4)
                .putInt(at + FLAGS, flags)
                .putLong(at + RET, ret);
        socket(records, at + LISTENER);
        records.put(at + LISTENER + Socket.STATE, (byte) LISTENING);
    }

    private static void socket(ByteBuffer records, int at) {
        records.putShort(at + Socket.FAMILY, (short) AF_INET)
                .putShort(at + Socket.TYPE, (short) STREAM)
                .putShort(at + Socket.PROTOCOL, (short) TCP);
    }
}
