package accept4trace;

import static accept4trace.event.EventLayout.*;
import static accept4trace.event.EventLayout.Event.*;
import static accept4trace.event.EventLayout.Flag.*;

import accept4trace.action.InternalErrors;
import accept4trace.action.TraceCommand;
import accept4trace.capture.CallFilter;
import accept4trace.capture.CaptureException;
import accept4trace.capture.CaptureSettings;
import accept4trace.capture.EventSource;
import accept4trace.capture.Hook;
import accept4trace.capture.OperatingSystem;
import accept4trace.capture.Platform;
import accept4trace.capture.Probe;
import accept4trace.capture.ReplaySource;
import accept4trace.capture.StackUnwinder;
import accept4trace.capture.Tracing;
import accept4trace.capture.jna.NativePlatform;
import accept4trace.options.Arguments;
import accept4trace.outcome.UserError;
import accept4trace.output.Notices;
import accept4trace.output.OutputStyle;
import accept4trace.proc.Machine;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs once what most starts run, with events from memory. The build calls it when it makes the archive of classes that
 * are mapped at a start instead of being loaded; what no part of it runs, starts slower. But every start links all that
 * is in the archive, so what only some need stays out: with the other formats and summaries in it, a start with text
 * took 5 to 9 ms longer, one with JSON 13 ms less. Needs no privilege and attaches nothing.
 */
final class Rehearsal {
    private static final String[][] TRACES = {{}, {"-o", "/dev/null", "-f"}};
    private static final int AF_INET = 2;
    private static final int STREAM = 1;
    private static final int TCP = 6;
    private static final int LISTENING = 10;
    private static final int EAGAIN = 11;

    private Rehearsal() {}

    public static void main(String[] args) throws UserError {
        new InternalErrors(System.err, args);
        Machine machine = new Machine(Path.of("/"));
        new Main(System.out, System.err, System.getenv(), machine, new NativePlatform()).run("-V");
        for (String[] words : TRACES) {
            trace(words);
        }
        refuse();
        failToOpen();
        Runtime.getRuntime().exit(0);
    }

    private static void trace(String... words) throws UserError {
        List<String> all = new ArrayList<>(List.of(words));
        all.addAll(List.of("-p", Long.toString(ProcessHandle.current().pid())));
        command(new Replay(), all.toArray(String[]::new)).trace();
    }

    private static TraceCommand command(Platform platform, String... words) throws UserError {
        OutputStyle style = new OutputStyle(System.getenv());
        Notices notices = new Notices(System.err, false);
        return new TraceCommand(Arguments.parse(words), notices, new Machine(Path.of("/")), style, platform);
    }

    /** Events from memory, on this operating system. */
    private static final class Replay implements Platform, Tracing {
        @Override
        public OperatingSystem operatingSystem() throws CaptureException {
            return new NativePlatform().operatingSystem();
        }

        @Override
        public Tracing tracing() {
            return this;
        }

        @Override
        public EventSource openEvents(CaptureSettings settings) {
            return new ReplaySource(events());
        }

        @Override
        public int missing(Hook hook) {
            return 0;
        }

        @Override
        public void checkLoad() {}

        @Override
        public StackUnwinder openStacks() {
            throw new UnsupportedOperationException("no stacks");
        }
    }

    /** As a user's run, with all that it looks at before it attaches to anything: there can be no such process. */
    private static void refuse() {
        String nobody = Integer.toString(Integer.MAX_VALUE);
        try {
            command(new NativePlatform(), "-p", nobody).run();
        } catch (UserError e) {
            // As meant.
        }
    }

    /** As far as it goes without tracing: the kernel refuses a ring of no bytes. */
    private static void failToOpen() {
        NativePlatform.prepareMeanwhile();
        try {
            new NativePlatform()
                    .tracing()
                    .openEvents(
                            new CaptureSettings(0, 1, 1, -1, false, false, false, false, Probe.AUTO, CallFilter.NONE))
                    .close();
        } catch (CaptureException e) {
            // As meant.
        }
    }

    /** A connection and a call that found none. */
    private static ByteBuffer events() {
        ByteBuffer records = ByteBuffer.allocate(2 * Event.BYTES).order(ByteOrder.nativeOrder());
        call(records, 0, HAS_LISTENER | HAS_PEER | HAS_WAIT | HAS_QUEUE | HAS_DROPS, 7);
        socket(records, ACCEPTED);
        call(records, Event.BYTES, HAS_LISTENER, -EAGAIN);
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
