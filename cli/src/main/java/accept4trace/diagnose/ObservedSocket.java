package accept4trace.diagnose;

import accept4trace.event.AcceptCall;

/** A listening socket. With SO_REUSEPORT, several can be bound to the address of one {@link ObservedListener}. */
final class ObservedSocket {
    final ObservedListener listener;
    long connections;
    /** The thread that accepted the last connection; 0 if unknown. */
    int lastAcceptor;
    /** When the last connection was accepted, CLOCK_MONOTONIC; 0 if none was. */
    long lastAcceptNs;

    final FileShortage files = new FileShortage();

    /** When the last accept returned that got a connection, or found that there was none; CLOCK_MONOTONIC. */
    private long lastResultNs = Long.MIN_VALUE;

    ObservedSocket(ObservedListener listener) {
        this.listener = listener;
    }

    void addResult(AcceptCall call) {
        if (call.isConnection()) {
            connections++;
            lastAcceptor = call.isNative() ? call.caller().tid() : 0;
            long acceptedNs = call.connection().acceptedNs();
            lastAcceptNs = Math.max(
                    lastAcceptNs, acceptedNs > 0 ? acceptedNs : call.span().exitNs());
        }
        if (call.isConnection() || call.isEmpty()) {
            lastResultNs = Math.max(lastResultNs, call.span().exitNs());
        }
        files.add(call);
    }

    /** Returns whether an accept since {@code ns} got a connection, or found that there was none. */
    boolean hasResultSince(long ns) {
        return lastResultNs > ns;
    }
}
