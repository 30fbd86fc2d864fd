package accept4trace.event;

import accept4trace.event.Endpoint.Ip;
import accept4trace.event.Endpoint.Unix;

/** Which refused connections, or which resets by closed listeners, a trace sees, for each family of listeners. */
public record FamilyCoverage(Coverage tcp, Coverage unix) {
    public static final FamilyCoverage NONE = new FamilyCoverage(Coverage.NONE, Coverage.NONE);

    public static final FamilyCoverage ALL = new FamilyCoverage(Coverage.ALL, Coverage.ALL);

    /** Returns which of them are seen at a listener. */
    public Coverage of(KernelSocket listener) {
        if (listener.local() instanceof Ip) {
            return tcp;
        }
        return listener.local() instanceof Unix ? unix : Coverage.NONE;
    }

    /** Returns this coverage, with SOME instead of ALL where refusals may be missing or were not counted. */
    public FamilyCoverage withLosses(Losses losses) {
        Losses.Uncounted uncounted = losses.uncounted();
        return new FamilyCoverage(
                tcp.withLosses(losses, uncounted.packets() > 0 || uncounted.attempts() > 0),
                unix.withLosses(losses, uncounted.unixConnects() > 0));
    }

    /** Returns what is seen if records of closed listeners may be missing. */
    public FamilyCoverage withLostClosings(Losses losses) {
        return new FamilyCoverage(tcp.withLostClosings(losses), unix.withLostClosings(losses));
    }
}
