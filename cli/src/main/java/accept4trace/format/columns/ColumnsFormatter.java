package accept4trace.format.columns;

import accept4trace.event.AcceptEvent;
import accept4trace.event.AddressFamily;
import accept4trace.event.Ending;
import accept4trace.event.KernelSocket;
import accept4trace.event.ProcessExit;
import accept4trace.event.RelatedCall;
import accept4trace.format.EventFormatter;
import accept4trace.format.FdText;
import accept4trace.format.Leader;
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

/** A table for people: a row a call, below a row of titles. What is longer than its column pushes the rest aside. */
public final class ColumnsFormatter implements EventFormatter {
    private static final String NOTHING = "-";

    private final List<Field> fields;
    private final ProcessDetails details;
    private final Workloads workloads;
    private final WallClock clock;
    private boolean begun;

    /** {@code details} is asked about units, containers and peers, for the columns that show them. */
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
    public void format(Text out, AcceptEvent event) {
        begin(out);
        row(out, (cell, field) -> accept(cell, field, event));
    }

    @Override
    public void format(Text out, RelatedCall call) {
        begin(out);
        row(out, (cell, field) -> related(cell, field, call));
    }

    /** No row: it is no call. */
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

    private void accept(Text out, Field field, AcceptEvent event) {
        switch (field) {
            case TIME -> time(out, event.exitNs());
            case PID -> out.add(event.tgid());
            case TID -> out.add(event.tid());
            case COMM -> Escaper.bracketed(out, event.threadComm(), event.threadComm().length);
            case UID -> out.add(Integer.toUnsignedLong(event.uid()));
            case CALL -> out.add(event.syscall());
            case LISTENER -> listener(out, event.listener());
            case PEER -> peer(out, event);
            case NAME -> word(out, hostName(event));
            case CONTAINER ->
                word(out, workloads.of(event.tgid(), event.cgroup()).container());
            case UNIT -> word(out, workloads.of(event.tgid(), event.cgroup()).unit());
            case FD -> known(out, event.via() == null, event.fd());
            case FLAGS -> flags(out, event);
            case DURATION -> duration(out, event.via() == null ? event.durationNs() : -1);
            case WAIT -> duration(out, event.waitNs());
            case QUEUE -> queue(out, event.queueLength(), event.queueMax());
            case AHEAD -> known(out, event.ahead() >= 0, event.ahead());
            case DROPS -> known(out, event.drops() >= 0, event.drops());
            case VIA -> out.add(event.via() == null ? NOTHING : event.via());
            case RET -> result(out, event.via() == null, event.ending(), event.ret());
        }
    }

    private void related(Text out, Field field, RelatedCall call) {
        switch (field) {
            case TIME -> time(out, call.exitNs());
            case PID -> out.add(call.tgid());
            case TID -> out.add(call.tid());
            case COMM -> Escaper.bracketed(out, call.threadComm(), call.threadComm().length);
            case UID -> out.add(Integer.toUnsignedLong(call.uid()));
            case CALL -> out.add(call.syscall());
            case LISTENER -> listener(out, call.listener());
            case FD -> out.add(call.fd());
            case DURATION -> duration(out, call.durationNs());
            case QUEUE -> queue(out, call.queueLength(), call.queueMax());
            case RET -> result(out, true, call.ending(), call.ret());
            case PEER, NAME, FLAGS, WAIT, AHEAD, DROPS, VIA, CONTAINER, UNIT -> out.add(NOTHING);
        }
    }

    private void time(Text out, long monotonicNs) {
        clock.timeOfDay(out, monotonicNs);
        clock.microseconds(out, monotonicNs);
    }

    private static void known(Text out, boolean known, long number) {
        if (known) {
            out.add(number);
        } else {
            out.add(NOTHING);
        }
    }

    private static void listener(Text out, KernelSocket socket) {
        if (socket == null) {
            out.add(NOTHING);
        } else {
            FdText.end(out, socket, socket.local());
        }
    }

    private static void peer(Text out, AcceptEvent event) {
        if (event.accepted() == null) {
            out.add(NOTHING);
        } else if (event.accepted().family() == AddressFamily.UNIX && event.peerTask() != null) {
            out.add(event.peerTask().pid());
            Leader.name(out, event.peerTask().comm());
        } else {
            FdText.end(out, event.accepted(), event.accepted().remote());
        }
    }

    private String hostName(AcceptEvent event) {
        boolean isIp = event.accepted() != null && event.accepted().remote().address().length > 0;
        return isIp ? details.hostName(event.accepted().remote().address()) : null;
    }

    private static void word(Text out, String latin1) {
        if (latin1 == null) {
            out.add(NOTHING);
        } else {
            Escaper.word(out, latin1.getBytes(StandardCharsets.ISO_8859_1));
        }
    }

    private static void flags(Text out, AcceptEvent event) {
        if (event.hasFlags() && event.via() == null) {
            SocketFlags.append(out, event.socketFlags());
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

    private static void queue(Text out, long length, long max) {
        if (length < 0) {
            out.add(NOTHING);
        } else {
            out.add(length).add('/').add(max);
        }
    }

    private static void result(Text out, boolean known, Ending ending, long ret) {
        if (!known || ending != Ending.RETURNED) {
            out.add(known ? "?" : NOTHING);
        } else if (ret < 0) {
            out.add(Errno.name((int) -ret));
        } else {
            out.add(ret);
        }
    }
}
