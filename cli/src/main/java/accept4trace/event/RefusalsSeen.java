package accept4trace.event;

import accept4trace.event.Endpoint.Ip;
import accept4trace.event.Endpoint.Unix;

/** Which refused connections, or which resets by closed listeners, a trace sees, for each family of listeners. */
public record RefusalsSeen(RefusalCoverage tcp, RefusalCoverage unix) {
    public static final RefusalsSeen NONE = new RefusalsSeen(RefusalCoverage.NONE, RefusalCoverage.NONE);

    public static final RefusalsSeen ALL = new RefusalsSeen(RefusalCoverage.ALL, RefusalCoverage.ALL);

    /** Returns which of them are seen at a listener. */
    public RefusalCoverage of(KernelSocket listener) {
        if (listener.local() instanceof Ip) {
            return tcp;
        }
        return listener.local() instanceof Unix ? unix : RefusalCoverage.NONE;
    }

    /** Returns what is seen if records of refusals may be missing. */
    public RefusalsSeen withLosses(Losses losses) {
        return new RefusalsSeen(tcp.withLosses(losses), unix.withLosses(losses));
    }

    /** Returns what is seen if records of closed listeners may be missing. */
    public RefusalsSeen withLostClosings(Losses losses) {
        return new RefusalsSeen(tcp.withLostClosings(losses), unix.withLostClosings(losses));
    }
}
