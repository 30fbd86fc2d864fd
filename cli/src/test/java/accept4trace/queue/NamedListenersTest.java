package accept4trace.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;

import accept4trace.event.HeldListener;
import accept4trace.event.KernelSocket;
import accept4trace.queue.ListenerHolders.Named;
import accept4trace.queue.ListenerHolders.Validity;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Tests which listener had the name /run/x at a given time. */
class NamedListenersTest {
    private static final HeldListener FIRST = QueueRecords.unix(0);
    private static final KernelSocket SOCKET = FIRST.socket();
    private static final long NEVER_DUE = 0;

    private final NamedListeners listeners = new NamedListeners();
    private final UnixPlace place = Objects.requireNonNull(UnixPlace.of(SOCKET.local(), 1, 8));

    private void take(long beganNs, long nextDueNs, HeldListener... records) {
        NamedListeners.Snapshot snapshot = new NamedListeners.Snapshot(beganNs);
        for (HeldListener record : records) {
            snapshot.add(record, true);
        }
        listeners.add(snapshot, nextDueNs);
    }

    private static Named found(Validity validity) {
        return new Named(SOCKET, validity);
    }

    /** A late lookup must not depend on how many snapshots have been taken since. */
    @Test
    void theSnapshotsAroundTheTimeDecide() {
        take(100, NEVER_DUE, FIRST);
        take(200, NEVER_DUE);
        take(300, NEVER_DUE);
        assertEquals(found(Validity.ONLY_THEN), listeners.find(place, 100));
        assertEquals(found(Validity.ONLY_THEN), listeners.find(place, 150));
        assertEquals(Named.NEVER, listeners.find(place, 250));
        assertEquals(Named.UNKNOWN, listeners.find(place, 350));
    }

    @Test
    void aSnapshotIsValidUntilTheNextIsDueOrASocketEnds() {
        take(100, 200, FIRST);
        assertEquals(found(Validity.ALSO_LATER), listeners.find(place, 200));
        assertEquals(Named.UNKNOWN, listeners.find(place, 201));
        listeners.expire(150);
        assertEquals(Named.UNKNOWN, listeners.find(place, 160));
    }

    @Test
    void aSocketDoesNotAnswerBeforeItListens() {
        take(100, NEVER_DUE);
        listeners.add(place, SOCKET, 150);
        assertEquals(found(Validity.ALSO_LATER), listeners.find(place, 160));
        take(200, NEVER_DUE, FIRST);
        assertEquals(Named.NEVER, listeners.find(place, 140));
        assertEquals(found(Validity.ONLY_THEN), listeners.find(place, 160));
    }
}
