package accept4trace.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import accept4trace.event.HeldListener;
import accept4trace.event.KernelSocket;
import accept4trace.event.ListenerHolder;
import accept4trace.queue.ListenerHolders.Named;
import accept4trace.queue.ListenerHolders.Validity;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Tests which listener had the name /run/x at a given time. */
class NamedListenersTest {
    private static final HeldListener FIRST = QueueRecords.unix(0);
    private static final KernelSocket SOCKET = FIRST.socket();
    private static final HeldListener SECOND = withInode(SOCKET.inode() + 1);
    private static final int HOLDER = 5;
    private static final int CHILD = 6;
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

    /** A server can call listen() for a socket that it has inherited, or to change the limit of the queue. */
    @Test
    void aLaterListenDoesNotHideASocketOfASnapshot() {
        take(100, NEVER_DUE, FIRST);
        listeners.add(place, SOCKET, HOLDER, 150);
        assertEquals(found(Validity.ALSO_LATER), listeners.find(place, 140));
        take(200, NEVER_DUE, FIRST);
        assertEquals(found(Validity.ONLY_THEN), listeners.find(place, 140));
        listeners.add(place, SOCKET, HOLDER, 250);
        take(300, NEVER_DUE, FIRST);
        assertEquals(found(Validity.ONLY_THEN), listeners.find(place, 160));
        assertEquals(found(Validity.ONLY_THEN), listeners.find(place, 240));
    }

    @Test
    void aSecondListenDoesNotHideTheFirstListen() {
        listeners.add(place, SOCKET, HOLDER, 120);
        listeners.add(place, SOCKET, HOLDER, 150);
        take(200, NEVER_DUE, FIRST);
        assertEquals(found(Validity.ONLY_THEN), listeners.find(place, 140));
        assertEquals(Named.NEVER, listeners.find(place, 110));
    }

    /** The other socket may have been open until after the second listen(). */
    @Test
    void aSecondListenDoesNotEndNamesakes() {
        take(100, NEVER_DUE, FIRST, SECOND);
        listeners.add(place, SOCKET, HOLDER, 150);
        take(200, NEVER_DUE, FIRST);
        assertEquals(Named.NEVER, listeners.find(place, 160));
    }

    /** The snapshot begins before the first listen(), but shows the socket. */
    @Test
    void aSocketThatAppearsDuringTheSnapshotDoesNotAnswerBeforeItListens() {
        take(100, NEVER_DUE, QueueRecords.at(160, FIRST));
        listeners.add(place, SOCKET, HOLDER, 150);
        take(200, NEVER_DUE, FIRST);
        assertEquals(Named.NEVER, listeners.find(place, 140));
    }

    /** Otherwise each kept snapshot would need as much memory as the first. */
    @Test
    void snapshotsShareTheNamesThatDoNotChange() {
        take(100, NEVER_DUE, FIRST);
        take(200, 300, withInode(SOCKET.inode()));
        assertSame(SOCKET, listeners.find(place, 250).socket());
        take(300, 400, FIRST, withInode(SOCKET.inode() + 1));
        assertNull(listeners.find(place, 350).socket());
    }

    private static HeldListener heldBy(int tgid) {
        return new HeldListener(
                SOCKET,
                FIRST.netns(),
                new ListenerHolder(tgid, 8, 0, new byte[0], 8),
                FIRST.lengths(),
                List.of(),
                FIRST.takenNs());
    }

    private static HeldListener withInode(long inode) {
        KernelSocket socket = new KernelSocket(inode, SOCKET.protocol(), SOCKET.state(), SOCKET.local(), null, 0);
        return new HeldListener(
                socket, FIRST.netns(), FIRST.holder(), FIRST.lengths(), FIRST.longest(), FIRST.takenNs());
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
        listeners.exited(HOLDER, 150);
        assertEquals(Named.UNKNOWN, listeners.find(place, 160));
    }

    @Test
    void aSocketIsOpenWhileAnyHolderLives() {
        take(100, 200, FIRST, heldBy(CHILD));
        listeners.exited(HOLDER, 150);
        listeners.exited(7, 150);
        assertEquals(found(Validity.ALSO_LATER), listeners.find(place, 160));
        listeners.exited(CHILD, 170);
        assertEquals(Named.UNKNOWN, listeners.find(place, 180));
    }

    /** The id of a process that has ended may be used again. */
    @Test
    void anExitBeforeTheSnapshotDoesNotMatter() {
        listeners.exited(HOLDER, 99);
        listeners.closed(SOCKET.inode(), 99);
        take(100, 200, FIRST);
        assertEquals(found(Validity.ALSO_LATER), listeners.find(place, 150));
    }

    @Test
    void onlyTheClosedSocketHasEnded() {
        take(100, 200, FIRST);
        listeners.closed(SOCKET.inode() + 1, 150);
        assertEquals(found(Validity.ALSO_LATER), listeners.find(place, 160));
        listeners.closed(SOCKET.inode(), 150);
        assertEquals(Named.UNKNOWN, listeners.find(place, 160));
    }

    @Test
    void anUnknownClosedSocketCanBeAny() {
        take(100, 200, FIRST);
        listeners.closed(0, 150);
        assertEquals(Named.UNKNOWN, listeners.find(place, 160));
    }

    /** Exits that are forgotten to save memory may be those of any process. */
    @Test
    void aForgottenExitMayBeThatOfTheHolder() {
        take(100, 200, FIRST);
        IntStream.range(0, ListenerEnds.MAX_ENDS).forEach(i -> listeners.exited(1000 + i, 150));
        assertEquals(found(Validity.ALSO_LATER), listeners.find(place, 160));
        listeners.exited(CHILD, 150);
        assertEquals(Named.UNKNOWN, listeners.find(place, 160));
    }

    @Test
    void aNewSocketIsOpenWhileItsProcessLives() {
        listeners.add(place, SOCKET, HOLDER, 150);
        listeners.exited(CHILD, 160);
        assertEquals(found(Validity.ALSO_LATER), listeners.find(place, 170));
        listeners.exited(HOLDER, 160);
        assertEquals(Named.UNKNOWN, listeners.find(place, 170));
    }

    @Test
    void aSocketDoesNotAnswerBeforeItListens() {
        take(100, NEVER_DUE);
        listeners.add(place, SOCKET, HOLDER, 150);
        assertEquals(found(Validity.ALSO_LATER), listeners.find(place, 160));
        take(200, NEVER_DUE, FIRST);
        assertEquals(Named.NEVER, listeners.find(place, 140));
        assertEquals(found(Validity.ONLY_THEN), listeners.find(place, 160));
    }
}
