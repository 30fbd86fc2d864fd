package accept4trace.event;

import accept4trace.event.Endpoint.Ip;
import accept4trace.event.Endpoint.Unix;

/** Which refused connections a trace sees, by the address family of the listener. */
public record RefusalsSeen(RefusalCoverage tcp, RefusalCoverage unix) {
    public static final RefusalsSeen NONE = new RefusalsSeen(RefusalCoverage.NONE, RefusalCoverage.NONE);

    /** Returns which of the listener's refusals are seen. */
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
}
