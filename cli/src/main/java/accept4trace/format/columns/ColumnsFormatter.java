package accept4trace.format.columns;

import accept4trace.event.AcceptCall;
import accept4trace.event.Backlog;
import accept4trace.event.Call;
import accept4trace.event.Caller;
import accept4trace.event.Closing;
import accept4trace.event.Connection;
import accept4trace.event.Endpoint.Unix;
import accept4trace.event.GivenUp;
import accept4trace.event.KernelSocket;
import accept4trace.event.PeerTask;
import accept4trace.event.ProcessExit;
import accept4trace.event.Refusal;
import accept4trace.event.RefusedAttempt;
import accept4trace.event.RefusedUnixClient;
import accept4trace.event.UnixRefusal;
import accept4trace.format.EventFormatter;
import accept4trace.format.FdText;
import accept4trace.format.Names;
import accept4trace.format.ProcessDetails;
import accept4trace.format.SocketFlags;
import accept4trace.format.WallClock;
import accept4trace.format.Workloads;
import accept4trace.format.columns.ColumnLayout.Column;
import accept4trace.text.Errno;
import accept4trace.text.Escaper;
import accept4trace.text.Text;
import accept4trace.text.Units;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Formats a table with titles and one row per call, refused connection, closed listener or client that gives up. Calls
 * are in the order in which they returned.
 */
public final class ColumnsFormatter implements EventFormatter {
    private static final String NOTHING = "-";

    /** Width of a time of day with six decimals. */
    private static final int PRECISE_TIME = 15;

    private final Row row;
    private final ProcessDetails details;
    private final Workloads workloads;
    private final WallClock clock;
    private boolean begun;

    /**
     * @param details looks up units, containers and host names for the columns that show them
     */
    public ColumnsFormatter(ColumnLayout layout, ProcessDetails details, WallClock clock) {
        this.row = new Row(layout);
        this.details = details;
        this.workloads = new Workloads(details);
        this.clock = clock;
    }

    @Override
    public void tick(Text out, long nowNs) {
        begin(out);
    }

    private void begin(Text out) {
        if (!begun) {
            heading(out);
        }
    }

    @Override
    public void heading(Text out) {
        begun = true;
        row.append(out, (title, column) -> title.add(column.field().name()));
    }

    @Override
    public void format(Text out, Call call) {
        begin(out);
        call.visit(
                accept -> row.append(out, (value, column) -> accept(value, column, accept)),
                other -> row.append(out, (value, column) -> shared(value, column, other)));
    }

    /** Appends nothing, because the table has no rows for ends of processes. */
    @Override
    public void format(Text out, ProcessExit exit) {}

    @Override
    public void format(Text out, RefusedAttempt attempt) {
        begin(out);
        row.append(out, (value, column) -> refused(value, column, attempt.first()));
    }

    @Override
    public void format(Text out, RefusedUnixClient client) {
        begin(out);
        row.append(out, (value, column) -> refused(value, column, client.first()));
    }

    private void refused(Text out, Column column, UnixRefusal refusal) {
        switch (column.field()) {
            case TIME -> time(out, column, refusal.timeNs());
            case LISTENER -> listener(out, refusal.listener());
            case PEER ->
                Names.process(out, refusal.client().pid(), refusal.client().comm());
            case QUEUE -> queue(out, refusal.queue());
            case RESULT, RET -> out.add("refused");
            default -> out.add(NOTHING);
        }
    }

    private void refused(Text out, Column column, Refusal refusal) {
        switch (column.field()) {
            case TIME -> time(out, column, refusal.timeNs());
            case LISTENER -> listener(out, refusal.listener());
            case PEER -> refusal.peer().append(out);
            case NAME -> word(out, details.hostName(refusal.peer()));
            case QUEUE -> queue(out, refusal.queue());
            case RESULT, RET -> out.add("refused");
            default -> out.add(NOTHING);
        }
    }

    @Override
    public void format(Text out, Closing closing) {
        begin(out);
        row.append(out, (value, column) -> closed(value, column, closing));
    }

    private void closed(Text out, Column column, Closing closing) {
        Caller caller = closing.caller();
        switch (column.field()) {
            case TIME -> time(out, column, closing.endedNs());
            case PROCESS -> Names.process(out, caller.tgid(), caller.processComm());
            case PID -> out.add(caller.tgid());
            case TID -> out.add(caller.tid());
            case COMM -> Escaper.bracketed(out, caller.threadComm(), caller.threadComm().length);
            case UID -> out.add(Integer.toUnsignedLong(caller.uid()));
            case CONTAINER -> word(out, workloads.of(caller).container());
            case UNIT -> word(out, workloads.of(caller).unit());
            case LISTENER -> listener(out, closing.listener().socket());
            case QUEUE -> queue(out, closing.listener().backlog());
            case RESULT, RET -> result(out, closing);
            default -> out.add(NOTHING);
        }
    }

    private static void result(Text out, Closing closing) {
        if (closing.discarded().reset() > 0) {
            out.add("reset=").add(closing.discarded().reset());
        } else {
            out.add("closed");
        }
    }

    @Override
    public void format(Text out, GivenUp client) {
        begin(out);
        row.append(out, (value, column) -> gaveUp(value, column, client));
    }

    private void gaveUp(Text out, Column column, GivenUp client) {
        switch (column.field()) {
            case TIME -> time(out, column, client.atNs());
            case LISTENER -> listener(out, client.listener().socket());
            case PEER -> client.connection().peer().append(out);
            case NAME -> word(out, details.hostName(client.connection().peer()));
            case WAIT -> duration(out, client.waitNs());
            case RESULT, RET -> out.add("gave-up");
            default -> out.add(NOTHING);
        }
    }

    private static void queue(Text out, Refusal.@Nullable Queue queue) {
        if (queue == null) {
            out.add(NOTHING);
        } else {
            out.add(queue.waiting()).add('/').add(queue.limit());
        }
    }

    private void time(Text out, Column column, long atNs) {
        clock.timeOfDay(out, atNs, column.width() < PRECISE_TIME ? 3 : 6);
    }

    private void accept(Text out, Column column, AcceptCall call) {
        Connection connection = call.connection();
        switch (column.field()) {
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
            default -> shared(out, column, call);
        }
    }

    /** Appends a value that every call can have. Appends a dash in columns that have values for accepts only. */
    private void shared(Text out, Column column, Call call) {
        Caller caller = call.caller();
        switch (column.field()) {
            case TIME -> time(out, column, call.span().exitNs());
            case PROCESS -> Names.process(out, caller.tgid(), caller.processComm());
            case PID -> out.add(caller.tgid());
            case TID -> out.add(caller.tid());
            case COMM -> Escaper.bracketed(out, caller.threadComm(), caller.threadComm().length);
            case UID -> out.add(Integer.toUnsignedLong(caller.uid()));
            case CALL -> out.add(call.syscall().toString());
            case LISTENER -> listener(out, call.listener().socket());
            case FD -> known(out, call.isNative(), call.listener().fd());
            case TOOK, DURATION -> took(out, call);
            case QUEUE -> queue(out, call.listener().backlog());
            case RESULT, RET -> result(out, call);
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
            Names.process(out, task.pid(), task.comm());
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

    private static void took(Text out, Call call) {
        boolean atLeast = call.isTimed() && !call.hasDuration();
        duration(out.add(atLeast ? ">=" : ""), call.isTimed() ? call.durationNs() : -1);
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
