package accept4trace.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import accept4trace.capture.CaptureException;
import accept4trace.event.Endpoint;
import accept4trace.event.Endpoint.Unix;
import accept4trace.event.HeldListener;
import accept4trace.event.KernelSocket;
import accept4trace.event.ListenerHolder;
import accept4trace.event.Protocol;
import accept4trace.event.QueueLengths;
import accept4trace.fake.FakeSnapshots;
import accept4trace.queue.ListenerHolders.Holder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Tests what is known about listeners if there are more of them than fit. The target is process 5. */
class HeldSocketsTest {
    private static final int TARGET = 5;
    private static final int OTHER = 6;

    private final FakeSnapshots snapshots = new FakeSnapshots();
    private final HeldSockets sockets =
            new HeldSockets(snapshots, tgid -> tgid == TARGET, QueueRecords.EVERYTHING, Runnable::run, () -> 1, true);

    /** Takes a snapshot of listeners with the inodes from 1 to {@code count}. */
    private void take(int holder, int count) {
        snapshots.records.add(IntStream.rangeClosed(1, count)
                .mapToObj(inode -> QueueRecords.tcp(inode, holder))
                .toList());
        sockets.takeNow();
    }

    @Test
    void socketsOfOthersThatDoNotFitAreUnknown() {
        snapshots.failure = new CaptureException("take snapshots", 12, "");
        sockets.takeNow();
        snapshots.failure = null;
        take(OTHER, HeldSockets.MAX_INODES + 1);
        assertEquals(Holder.OTHER, sockets.holder(HeldSockets.MAX_INODES, 0));
        assertEquals(Holder.UNKNOWN, sockets.holder(HeldSockets.MAX_INODES + 1, 0));
        snapshots.records.clear();
        take(OTHER, 1);
        assertEquals(Holder.NOBODY, sockets.holder(2, 0));
    }

    @Test
    void socketsOfTargetsThatDoNotFitAreUnknown() {
        take(TARGET, HeldSockets.MAX_INODES + 1);
        assertEquals(Holder.TARGET, sockets.holder(HeldSockets.MAX_INODES, 0));
        assertEquals(Holder.UNKNOWN, sockets.holder(HeldSockets.MAX_INODES + 1, 0));
    }

    /** The number of others does not matter if the first snapshot shows all sockets of the targets. */
    @Test
    void socketsOfOthersNeedNoRoomIfThoseOfTargetsAreKnown() {
        take(OTHER, HeldSockets.MAX_INODES + 1);
        assertEquals(Holder.OTHER, sockets.holder(HeldSockets.MAX_INODES + 1, 0));
    }

    /** A refusal can be looked up when later snapshots no longer show the listener. */
    @Test
    void socketsOfEarlierSnapshotsAreStillKnown() {
        take(TARGET, 2);
        snapshots.records.add(List.of());
        sockets.takeNow();
        sockets.takeNow();
        assertEquals(Holder.TARGET, sockets.holder(2, 0));
        assertEquals(Holder.OTHER, sockets.holder(3, 0));
    }

    private static Unix name(int number) {
        return new Unix(("/run/" + number).getBytes(StandardCharsets.UTF_8));
    }

    private static HeldListener unix(int number, int holder) {
        Endpoint local = name(number);
        return new HeldListener(
                new KernelSocket(number, new Protocol(1, 1, 0, "UNIX"), 10, local, null, 0),
                1,
                new ListenerHolder(holder, 3, 0, new byte[0], 8),
                QueueLengths.of(0, 9),
                List.of(),
                0);
    }

    private boolean isFound(int number) {
        return isFound(sockets, number);
    }

    private static boolean isFound(HeldSockets sockets, int number) {
        return sockets.named(name(number), 1, 8, 0, false).socket() != null;
    }

    /** If the hooks identify every listener, names would only use memory. */
    @Test
    void namesAreKnownOnlyIfNeeded() {
        HeldSockets withoutNames = new HeldSockets(
                snapshots, tgid -> tgid == TARGET, QueueRecords.EVERYTHING, Runnable::run, () -> 1, false);
        snapshots.records.add(List.of(unix(1, TARGET)));
        withoutNames.takeNow();
        withoutNames.add(unix(2, TARGET).socket(), 1, 8, TARGET, 1);
        withoutNames.exited(OTHER, 1);
        withoutNames.closed(3, 1);
        assertFalse(isFound(withoutNames, 1));
        assertFalse(isFound(withoutNames, 2));
        assertEquals(Holder.TARGET, withoutNames.holder(1, 0));
        assertEquals(Holder.TARGET, withoutNames.holder(2, 0));
    }

    /** Listeners of other users must not displace those of the target. */
    @Test
    void namesAreBounded() {
        snapshots.records.add(IntStream.rangeClosed(1, NamedListeners.MAX_NAMES + 2)
                .mapToObj(number -> unix(number, number == NamedListeners.MAX_NAMES + 2 ? TARGET : OTHER))
                .toList());
        sockets.takeNow();
        assertTrue(isFound(1));
        assertTrue(isFound(NamedListeners.MAX_NAMES));
        assertFalse(isFound(NamedListeners.MAX_NAMES + 1));
        assertTrue(isFound(NamedListeners.MAX_NAMES + 2));
    }
}
