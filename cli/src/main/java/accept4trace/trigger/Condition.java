package accept4trace.trigger;

import accept4trace.event.AcceptCall;
import accept4trace.event.Backlog;
import accept4trace.event.Call;
import accept4trace.event.Refusal;
import accept4trace.event.UnixRefusal;
import accept4trace.format.Names;
import accept4trace.queue.QueueState;
import accept4trace.text.Errno;
import accept4trace.text.Text;
import accept4trace.text.Units;
import org.jspecify.annotations.Nullable;

/**
 * A condition of --trigger.
 *
 * @param limit nanoseconds for WAIT, an errno for ERROR, percent for QUEUE, otherwise undefined
 * @param text the condition as given
 */
public record Condition(Kind kind, long limit, String text) {
    /** The same limit as for the finding "stuck" of --diagnose. */
    private static final long STUCK_NS = Units.SECOND_NS;

    private static final int PERCENT = 100;

    /** The kinds of conditions. */
    public enum Kind {
        /** A connection has waited for at least a given time. */
        WAIT,
        /** An accept has failed with a given error. */
        ERROR,
        /** A connection was refused. */
        REFUSED,
        /** At least a given percentage of an accept queue is in use. */
        QUEUE,
        /** Connections wait, and none has been accepted for a second. */
        STUCK;

        /** Returns whether snapshots of the accept queues can meet the condition. */
        public boolean needsSnapshots() {
            return this == QUEUE || this == STUCK;
        }

        /** Returns whether only an accept can meet the condition. */
        public boolean needsAccepts() {
            return this == WAIT || this == ERROR;
        }
    }

    /** Returns a description if a call meets the condition, else null. */
    @Nullable
    String met(Call call) {
        return call instanceof AcceptCall accept
                ? switch (kind) {
                    case WAIT -> accept.connection().waitNs() >= limit ? in("wait=" + waited(accept), call) : null;
                    case ERROR ->
                        call.failed() && call.span().ret() == -limit ? in(Errno.name((int) limit), call) : null;
                    case QUEUE -> queue(accept);
                    case REFUSED, STUCK -> null;
                }
                : null;
    }

    private static Text waited(AcceptCall call) {
        return new Text().seconds(call.connection().waitNs());
    }

    private @Nullable String queue(AcceptCall call) {
        Backlog backlog = call.listener().backlog();
        return isFull(backlog.length(), backlog.max())
                ? in("queue=" + backlog.length() + "/" + backlog.max(), call)
                : null;
    }

    private static String in(String what, Call call) {
        return what + " in " + Names.process(call.caller().tgid(), call.caller().processComm(), false);
    }

    /** An empty queue is never full, even if its limit is 0. */
    private boolean isFull(long waiting, long max) {
        return waiting > 0 && waiting * PERCENT >= limit * max;
    }

    /** Returns a description if a refused packet meets the condition, else null. */
    @Nullable
    String met(Refusal refusal) {
        if (kind != Kind.REFUSED) {
            return null;
        }
        Text text = new Text();
        text.add(Names.boundAddress(refusal.listener())).add("<-");
        refusal.peer().append(text);
        return text.toString();
    }

    /** Returns a description if a refused AF_UNIX connect meets the condition, else null. */
    @Nullable
    String met(UnixRefusal refusal) {
        if (kind != Kind.REFUSED) {
            return null;
        }
        String client = Names.process(refusal.client().pid(), refusal.client().comm(), false);
        return Names.boundAddress(refusal.listener()) + "<-" + client;
    }

    /** Returns a description if a queue in a snapshot meets the condition, else null. */
    @Nullable
    String met(QueueState state) {
        long waiting = state.queue().waiting();
        return switch (kind) {
            case QUEUE ->
                isFull(waiting, state.queue().limit())
                        ? "queue=" + waiting + "/" + state.queue().limit() + on(state)
                        : null;
            case STUCK ->
                state.stalledNs() >= STUCK_NS
                        ? Units.plural(waiting, "connection waits", "connections wait") + on(state)
                                + ", and none has been accepted for "
                                + Units.duration(state.stalledNs(), false)
                        : null;
            case WAIT, ERROR, REFUSED -> null;
        };
    }

    private static String on(QueueState state) {
        return " on " + Names.boundAddress(state.queue().socket());
    }
}
