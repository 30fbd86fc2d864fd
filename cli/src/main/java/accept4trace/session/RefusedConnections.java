package accept4trace.session;

import accept4trace.event.Closing;
import accept4trace.event.EventLayout;
import accept4trace.event.Losses;
import accept4trace.event.ProcessExit;
import accept4trace.event.Refusal;
import accept4trace.event.RefusalDecoder;
import accept4trace.event.UnixRefusal;
import accept4trace.event.UnixRefusalDecoder;
import accept4trace.output.Notices;
import accept4trace.text.Units;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Selects and folds the refused connections of a run. */
public final class RefusedConnections {
    static final RefusedConnections NONE = new RefusedConnections(null, null);

    private final @Nullable RefusedAttempts tcp;
    private final @Nullable RefusedUnixClients unix;

    /** A null argument means that connections of this kind are not seen. */
    public RefusedConnections(@Nullable RefusedAttempts tcp, @Nullable RefusedUnixClients unix) {
        this.tcp = tcp;
        this.unix = unix;
    }

    /** Adds a record of the type REFUSED, UNIX_REFUSED, LISTENING or UNIX_LISTENING. */
    void add(ByteBuffer records, int at, RefusedOutput to) {
        int type = records.getShort(at + EventLayout.Event.TYPE);
        if (unix != null && type == EventLayout.Type.UNIX_REFUSED) {
            UnixRefusal refusal = UnixRefusalDecoder.decode(records, at);
            if (to.source().selects(refusal)) {
                unix.add(refusal, to);
            }
        } else if (unix != null && type == EventLayout.Type.UNIX_LISTENING) {
            unix.listening(UnixRefusalDecoder.decode(records, at));
        } else if (tcp != null && type == EventLayout.Type.REFUSED) {
            Refusal refusal = RefusalDecoder.decode(records, at);
            if (to.source().selects(refusal)) {
                tcp.add(refusal, to);
            }
        } else if (tcp != null && type == EventLayout.Type.LISTENING) {
            tcp.listening(RefusalDecoder.listening(records, at), to);
        }
    }

    /** Notes that a target has ended. */
    void exited(ProcessExit exit) {
        if (unix != null) {
            unix.exited(exit);
        }
    }

    /** Notes that a listener has been closed. */
    void closed(Closing closing) {
        if (unix != null) {
            unix.closed(closing);
        }
    }

    /**
     * Reports the attempts and clients that are due.
     *
     * @param nowNs CLOCK_MONOTONIC; all records from before this time must have been added
     */
    void tick(long nowNs, RefusedOutput to) {
        if (tcp != null) {
            tcp.tick(nowNs, to);
        }
        if (unix != null) {
            unix.tick(nowNs, to);
        }
    }

    /** Reports all refusals so far, even if more of the same attempt or client may follow. */
    void reportAll(RefusedOutput to) {
        if (tcp != null) {
            tcp.reportAll(to);
        }
        if (unix != null) {
            unix.reportAll(to);
        }
    }

    /** Reports everything that is left at the end of the run. */
    void end(RefusedOutput to) {
        if (tcp != null) {
            tcp.end(to);
        }
        if (unix != null) {
            unix.end(to);
        }
    }

    /** Adds the refusals that will never be counted. Others may wait for the next snapshot. */
    Losses addLostTo(Losses losses) {
        return losses.with(new Losses.Uncounted(
                tcp == null ? 0 : tcp.lost(), tcp == null ? 0 : tcp.unsure(), unix == null ? 0 : unix.lost()));
    }

    /** Adds the refusals that are not counted at the end of the run. */
    Losses addUnknownTo(Losses losses) {
        return losses.with(new Losses.Uncounted(
                tcp == null ? 0 : tcp.unknown(), tcp == null ? 0 : tcp.unsure(), unix == null ? 0 : unix.unknown()));
    }

    /** Reports how many refusals could not be assigned. */
    void reportUnknown(Notices notices) {
        if (tcp != null && tcp.unknown() > 0) {
            notices.always(Units.plural(tcp.unknown(), "refused packet is", "refused packets are")
                    + " not shown: the holder of the listener is unknown");
        }
        if (tcp != null && tcp.unsure() > 0) {
            notices.always(Units.plural(
                            tcp.unsure(),
                            "refused packet does not count as an attempt",
                            "refused packets do not count as attempts")
                    + ": with so many clients, retries and new attempts look alike");
        }
        if (unix != null && unix.unknown() > 0) {
            notices.always(Units.plural(unix.unknown(), "refused AF_UNIX connect is", "refused AF_UNIX connects are")
                    + " not shown: the listener or its holder is unknown");
        }
    }
}
