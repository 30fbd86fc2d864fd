package accept4trace.diagnose;

import accept4trace.event.Span;

/** The time from the first to the last sign of a worker, CLOCK_MONOTONIC. */
final class Presence {
    private long firstNs = Long.MAX_VALUE;
    private long lastNs = Long.MIN_VALUE;

    void add(Span call) {
        firstNs = Math.min(firstNs, call.enterNs());
        lastNs = Math.max(lastNs, call.exitNs());
    }

    /** {@code atNs}: a time at which the worker was seen. */
    void add(long atNs) {
        firstNs = Math.min(firstNs, atNs);
        lastNs = Math.max(lastNs, atNs);
    }

    void add(Presence other) {
        firstNs = Math.min(firstNs, other.firstNs);
        lastNs = Math.max(lastNs, other.lastNs);
    }

    /** Returns the part of this that is within {@code all}. The result is undefined if there is none. */
    Presence within(Presence all) {
        Presence part = new Presence();
        part.firstNs = Math.max(firstNs, all.firstNs);
        part.lastNs = Math.min(lastNs, all.lastNs);
        return part;
    }

    /** Returns whether this covers at least half of {@code all}. */
    boolean isMostOf(Presence all) {
        return 2 * (lastNs - firstNs) >= all.lastNs - all.firstNs;
    }

    /** Returns whether this would cover at least half of {@code all} if it lasted until its end. */
    boolean beginsInFirstHalfOf(Presence all) {
        return 2 * (all.lastNs - firstNs) >= all.lastNs - all.firstNs;
    }
}
