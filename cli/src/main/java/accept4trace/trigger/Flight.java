package accept4trace.trigger;

import accept4trace.event.Call;
import accept4trace.event.Refusal;
import accept4trace.event.TriggerEvent;
import accept4trace.event.UnixRefusal;
import accept4trace.queue.QueueState;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The state of a flight recorder: it waits for a trigger, then shows a window, i.e. what happened in a period of time
 * around the trigger. A condition that is met during a window is part of this window, and is not another trigger. Times
 * are CLOCK_MONOTONIC, in nanoseconds.
 */
public final class Flight {
    private final TriggerSettings settings;
    /** A trigger whose window is not open yet; null if there is none. */
    private @Nullable TriggerEvent fired;

    private boolean open;
    private long untilNs;
    private long triggers;

    public Flight(TriggerSettings settings) {
        this.settings = settings;
    }

    public TriggerSettings settings() {
        return settings;
    }

    /** Returns the number of triggers so far. */
    public long triggers() {
        return triggers;
    }

    /** Returns whether all requested windows have ended. */
    public boolean isDone() {
        return triggers >= settings.count() && !open && fired == null;
    }

    /** Returns whether what has happened at this time belongs to the open window. */
    public boolean shows(long atNs) {
        return open && atNs <= untilNs;
    }

    public boolean isOpen() {
        return open;
    }

    /** Returns the time until which the window is open. */
    public long untilNs() {
        return untilNs;
    }

    /** Returns whether the window ends now, given that everything up to {@code sinceNs} was added. */
    public boolean ends(long sinceNs) {
        return (open || fired != null) && sinceNs >= untilNs;
    }

    /** Returns the time until the window ends, in nanoseconds; 0 if all requested windows have ended. */
    public long remainingNs(long nowNs) {
        if (isDone()) {
            return 0;
        }
        return open || fired != null ? Math.max(0, untilNs - nowNs) : Long.MAX_VALUE;
    }

    public void add(Call call) {
        if (isWaiting()) {
            for (Condition condition : settings.conditions()) {
                fire(condition, condition.met(call), call.span().exitNs());
            }
        }
    }

    public void add(Refusal refusal) {
        if (isWaiting()) {
            for (Condition condition : settings.conditions()) {
                fire(condition, condition.met(refusal), refusal.timeNs());
            }
        }
    }

    public void add(UnixRefusal refusal) {
        if (isWaiting()) {
            for (Condition condition : settings.conditions()) {
                fire(condition, condition.met(refusal), refusal.timeNs());
            }
        }
    }

    /** Adds a snapshot of the accept queues. */
    public void add(List<QueueState> queues, long nowNs) {
        if (isWaiting()) {
            for (Condition condition : settings.conditions()) {
                queues.forEach(queue -> fire(condition, condition.met(queue), nowNs));
            }
        }
    }

    private boolean isWaiting() {
        return !open && fired == null && triggers < settings.count();
    }

    /** The first condition that is met is the trigger. {@code what}: null if the condition is not met. */
    private void fire(Condition condition, @Nullable String what, long atNs) {
        if (what != null && fired == null) {
            fired = new TriggerEvent(condition.text(), what, atNs, -1, settings.beforeNs());
            untilNs = atNs + settings.afterNs();
            triggers++;
        }
    }

    /** Opens the window of the latest trigger, and returns the trigger; null if no window must be opened now. */
    @Nullable
    TriggerEvent open() {
        TriggerEvent event = fired;
        if (event != null) {
            fired = null;
            open = true;
        }
        return event;
    }

    void close() {
        open = false;
    }
}
