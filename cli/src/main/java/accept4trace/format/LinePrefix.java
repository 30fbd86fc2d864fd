package accept4trace.format;

import accept4trace.event.Call;
import accept4trace.text.Escaper;
import accept4trace.text.Text;

/** Formats the start of a line: thread or process, and time stamp. */
public final class LinePrefix {
    private static final int ID_WIDTH = 5;
    private static final int RELATIVE_SECONDS_WIDTH = 6;

    private final TextOptions options;
    private final WallClock clock;
    private long beforeNs;

    public LinePrefix(TextOptions options, WallClock clock) {
        this.options = options;
        this.clock = clock;
    }

    public void bracketed(Text out, Call call) {
        bracketed(
                out,
                call.caller().tid(),
                call.caller().threadComm(),
                call.span().enterNs());
    }

    public void plain(Text out, Call call) {
        plain(out, call.caller().tid(), call.caller().threadComm(), call.span().enterNs());
    }

    /** Appends the start of a line as strace does on a terminal: [pid 12&lt;name&gt;]. */
    public void bracketed(Text out, int id, byte[] comm, long beganNs) {
        out.add("[pid ").add(id);
        comm(out, comm);
        out.add("] ");
        time(out, beganNs);
    }

    /** Appends the start of a line as strace does in files. Without a name, the id is padded to a fixed width. */
    public void plain(Text out, int id, byte[] comm, long beganNs) {
        int start = out.column();
        out.add(id);
        comm(out, comm);
        out.spaces(options.comms() ? 0 : start + ID_WIDTH - out.column()).add(' ');
        time(out, beganNs);
    }

    /** Appends the start of a line about something that is not a call, e.g. [closed]. */
    public void named(Text out, String name, long atNs) {
        out.add('[').add(name).add("] ");
        time(out, atNs);
    }

    private void comm(Text out, byte[] comm) {
        if (options.comms()) {
            name(out, comm);
        }
    }

    public static void name(Text out, byte[] comm) {
        out.add('<');
        Escaper.bracketed(out, comm, comm.length);
        out.add('>');
    }

    private void time(Text out, long beganNs) {
        switch (options.times().stamp()) {
            case NONE -> {
                // No time of day.
            }
            case SECONDS -> {
                clock.timeOfDay(out, beganNs);
                out.add(' ');
            }
            case MICROSECONDS -> {
                clock.preciseTimeOfDay(out, beganNs);
                out.add(' ');
            }
            case EPOCH -> out.seconds(clock.epochNs(beganNs)).add(' ');
        }
        if (options.times().relative()) {
            relative(out, beganNs);
        }
    }

    /** Shows a negative difference as 0. Calls are in the order of their exits, so entry times can decrease. */
    private void relative(Text out, long beganNs) {
        boolean stamped = options.times().stamp() != Times.Stamp.NONE;
        long nanos = beforeNs == 0 ? 0 : Math.max(0, beganNs - beforeNs);
        beforeNs = beganNs;
        out.add(stamped ? "(+" : "");
        long seconds = nanos / 1_000_000_000L;
        out.spaces(RELATIVE_SECONDS_WIDTH - Long.toString(seconds).length()).seconds(nanos);
        out.add(stamped ? ") " : " ");
    }
}
