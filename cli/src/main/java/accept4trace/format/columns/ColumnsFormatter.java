package accept4trace.format.columns;

import accept4trace.event.AcceptCall;
import accept4trace.event.Backlog;
import accept4trace.event.Call;
import accept4trace.event.Caller;
import accept4trace.event.Connection;
import accept4trace.event.Endpoint.Unix;
import accept4trace.event.KernelSocket;
import accept4trace.event.PeerTask;
import accept4trace.event.ProcessExit;
import accept4trace.format.EventFormatter;
import accept4trace.format.FdText;
import accept4trace.format.LinePrefix;
import accept4trace.format.ProcessDetails;
import accept4trace.format.SocketFlags;
import accept4trace.format.WallClock;
import accept4trace.format.Workloads;
import accept4trace.text.Errno;
import accept4trace.text.Escaper;
import accept4trace.text.Text;
import accept4trace.text.Units;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Formats a table with titles and one row per call. A value wider than its column moves the rest of its row. */
public final class ColumnsFormatter implements EventFormatter {
    private static final String NOTHING = "-";

    private final List<Field> fields;
    private final ProcessDetails details;
    private final Workloads workloads;
    private final WallClock clock;
    private boolean begun;

    /**
     * @param details looks up units, containers and host names for the columns that show them
     */
    public ColumnsFormatter(List<Field> fields, ProcessDetails details, WallClock clock) {
        this.fields = fields;
        this.details = details;
        this.workloads = new Workloads(details);
        this.clock = clock;
    }

    /** Appends one value. */
    private interface Cells {
        void append(Text out, Field field);
    }

    @Override
    public void tick(Text out, long nowNs) {
        begin(out);
    }

    private void begin(Text out) {
        if (!begun) {
            begun = true;
            row(out, (title, field) -> title.add(field.name()));
        }
    }

    @Override
    public void format(Text out, Call call) {
        begin(out);
        call.visit(
                accept -> row(out, (cell, field) -> accept(cell, field, accept)),
                other -> row(out, (cell, field) -> shared(cell, field, other)));
    }

    /** Appends nothing, because the table has rows only for calls. */
    @Override
    public void format(Text out, ProcessExit exit) {}

    private void row(Text out, Cells cells) {
        int end = 0;
        for (Field field : fields) {
            out.spaces(end - out.column());
            out.add(out.column() > 0 ? " " : "");
            int start = out.column();
            cells.append(out, field);
            end = start + field.width();
        }
        out.add('\n');
    }

    private void accept(Text out, Field field, AcceptCall call) {
        Connection connection = call.connection();
        switch (field) {
            case PEER -> peer(out, connection);
            case NAME -> word(out, hostName(connection.socket()));
            case CONTAINER -> word(out, workloads.of(call.caller()).container());
            case UNIT -> word(out, workloads.of(call.caller()).unit());
            case FLAGS -> flags(out, call);
            case WAIT -> duration(out, connection.waitNs());
            case AHEAD -> known(out, connection.ahead() >= 0, connection.ahead());
            case DROPS ->
                known(
                        out,
                        call.listener().backlog().drops() >= 0,
                        call.listener().backlog().drops());
            case VIA -> out.add(call.isNative() ? NOTHING : call.via().toString());
            default -> shared(out, field, call);
        }
    }

    /** Appends a value that every call can have. Appends a dash in columns that have values for accepts only. */
    private void shared(Text out, Field field, Call call) {
        Caller caller = call.caller();
        switch (field) {
            case TIME -> clock.preciseTimeOfDay(out, call.span().exitNs());
            case PID -> out.add(caller.tgid());
            case TID -> out.add(caller.tid());
            case COMM -> Escaper.bracketed(out, caller.threadComm(), caller.threadComm().length);
            case UID -> out.add(Integer.toUnsignedLong(caller.uid()));
            case CALL -> out.add(call.syscall().toString());
            case LISTENER -> listener(out, call.listener().socket());
            case FD -> known(out, call.isNative(), call.listener().fd());
            case DURATION -> duration(out, call.isNative() ? call.durationNs() : -1);
            case QUEUE -> queue(out, call.listener().backlog());
            case RET -> result(out, call);
            case PEER, NAME, FLAGS, WAIT, AHEAD, DROPS, VIA, CONTAINER, UNIT -> out.add(NOTHING);
        }
    }

    private static void known(Text out, boolean known, long number) {
        if (known) {
            out.add(number);
        } else {
            out.add(NOTHING);
        }
    }

    private static void listener(Text out, @Nullable KernelSocket socket) {
        if (socket == null) {
            out.add(NOTHING);
        } else {
            FdText.end(out, socket, socket.local());
        }
    }

    private static void peer(Text out, Connection connection) {
        KernelSocket socket = connection.socket();
        PeerTask task = connection.peerTask();
        if (socket == null) {
            out.add(NOTHING);
        } else if (socket.peer() instanceof Unix && task != null) {
            out.add(task.pid());
            LinePrefix.name(out, task.comm());
        } else {
            FdText.end(out, socket, socket.peer());
        }
    }

    private @Nullable String hostName(@Nullable KernelSocket accepted) {
        return accepted == null ? null : details.hostName(accepted.peer());
    }

    private static void word(Text out, @Nullable String latin1) {
        if (latin1 == null) {
            out.add(NOTHING);
        } else {
            Escaper.word(out, latin1.getBytes(StandardCharsets.ISO_8859_1));
        }
    }

    private static void flags(Text out, AcceptCall call) {
        if (call.hasFlags()) {
            SocketFlags.append(out, call.arguments().flags());
        } else {
            out.add(NOTHING);
        }
    }

    private static void duration(Text out, long nanos) {
        if (nanos < 0) {
            out.add(NOTHING);
        } else {
            out.utf8(Units.duration(nanos, out.isUtf8()));
        }
    }

    private static void queue(Text out, Backlog backlog) {
        if (backlog.length() < 0) {
            out.add(NOTHING);
        } else {
            out.add(backlog.length()).add('/').add(backlog.max());
        }
    }

    private static void result(Text out, Call call) {
        long ret = call.span().ret();
        if (!call.isNative() || !call.span().hasResult()) {
            out.add(call.isNative() ? "?" : NOTHING);
        } else if (ret < 0) {
            out.add(Errno.name((int) -ret));
        } else {
            out.add(ret);
        }
    }
}
