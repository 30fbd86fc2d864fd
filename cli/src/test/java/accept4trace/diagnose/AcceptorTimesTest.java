package accept4trace.diagnose;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import accept4trace.diagnose.Finding.Kind;
import accept4trace.event.HeldListener;
import accept4trace.event.ThreadState;
import accept4trace.event.ThreadState.CpuTimes;
import accept4trace.event.ThreadState.State;
import accept4trace.fake.FakeSnapshots;
import accept4trace.queue.QueueRecords;
import accept4trace.queue.QueueSampler;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Tests which thread a finding about a slow accept loop names. Process 1 has the socket 700, process 2 has 701. */
class AcceptorTimesTest extends Examining {
    private static final long START = 50 * SECOND;
    private static final int UNTRACED = 1000;

    private final List<HeldListener> listeners =
            new ArrayList<>(List.of(QueueRecords.tcp(700, 1), QueueRecords.tcp(701, 2)));
    private final FakeSnapshots snapshots = new FakeSnapshots();
    private long nowNs;
    private final QueueSampler sampler = new QueueSampler(
            snapshots, tgid -> tgid < UNTRACED, QueueRecords.EVERYTHING, why -> {}, Runnable::run, () -> nowNs);

    /** Takes a snapshot one second after the previous one, in which the main thread of process 1 was always busy. */
    private void snapshot() {
        snapshots.records.clear();
        snapshots.records.add(List.copyOf(listeners));
        snapshots.threads.clear();
        thread(1, State.RUNNING, nowNs);
        thread(2, State.ASLEEP, 0);
        sampler.includeThreads();
        sampler.takeNow();
        examination.addSnapshot(Objects.requireNonNull(sampler.latest()));
        nowNs += SECOND;
    }

    private void thread(int id, State state, long onCpuNs) {
        snapshots.threads.add(new ThreadState(id, id, new byte[0], state, 0, new CpuTimes(onCpuNs, 0), null));
    }

    private void accept(int process, long inode, long waitNs) {
        add(connection(process).listenerInode(inode).acceptedAt(START + nowNs).waited(waitNs));
    }

    private void acceptSlowly(int process, long inode) {
        repeat(5, () -> accept(process, inode, SECOND));
    }

    private void assertNames(String thread) {
        String headline = finding(Kind.SLOW).headline();
        assertEquals(thread, headline.replaceFirst(".*?(; its thread|$)", "$1"), headline);
    }

    private void assertNamesNobody() {
        assertNames("");
        assertEquals(-1, finding(Kind.SLOW).numbers().get("observed_ns"));
    }

    private void assertNamesTheOnlyAcceptor() {
        accept(1, 700, 1);
        snapshot();
        acceptSlowly(1, 700);
        snapshot();
        assertNames("; its thread 1 was busy: on a CPU 100% of 1.0 s");
    }

    @Test
    void onlyAcceptorIsNamed() {
        assertNamesTheOnlyAcceptor();
    }

    /** Process 2, which accepts last, accepts from a socket of its own. */
    @Test
    void healthySiblingOfAGroupIsNotNamed() {
        accept(1, 700, 1);
        snapshot();
        acceptSlowly(1, 700);
        accept(2, 701, 1);
        snapshot();
        acceptSlowly(1, 700);
        accept(2, 701, 1);
        snapshot();
        assertNames("; its thread 1 was busy: on a CPU 100% of 2.0 s");
    }

    /** Both accept from one socket, so it is unknown which of them should have accepted earlier. */
    @Test
    void noneOfSeveralAcceptorsIsNamed() {
        accept(1, 700, 1);
        snapshot();
        acceptSlowly(1, 700);
        snapshot();
        accept(2, 700, 1);
        assertNamesNobody();
        acceptSlowly(1, 700);
        snapshot();
        assertNamesNobody();
    }

    /** The other thread waits for the socket, but has accepted nothing yet. */
    @Test
    void acceptorIsNotNamedIfAnotherThreadWaitsForTheSocket() {
        accept(1, 700, 1);
        wake(2);
        snapshot();
        acceptSlowly(1, 700);
        snapshot();
        assertNamesNobody();
    }

    /** For example, -p selects one of several workers. */
    @Test
    void acceptorIsNotNamedIfAnUntracedProcessHoldsTheSocket() {
        listeners.add(QueueRecords.tcp(700, UNTRACED));
        accept(1, 700, 1);
        snapshot();
        acceptSlowly(1, 700);
        snapshot();
        assertNamesNobody();
    }

    /** A snapshot stores 64 holders of a socket, and only counts the others. */
    @Test
    void acceptorIsNamedAlthoughManyTracedProcessesHoldTheSocket() {
        for (int process = 3; process <= 66; process++) {
            listeners.add(QueueRecords.tcp(700, process));
        }
        assertNamesTheOnlyAcceptor();
    }

    /** What a thread does while nobody waits long does not explain long waits. */
    @Test
    void timeWithoutSlowConnectionsDoesNotCount() {
        accept(1, 700, 1);
        snapshot();
        acceptSlowly(1, 700);
        snapshot();
        accept(1, 700, 1);
        snapshot();
        snapshot();
        assertNames("; its thread 1 was busy: on a CPU 100% of 1.0 s");
    }

    /** Nothing is accepted while the thread is busy, but this makes a connection wait, so it must count. */
    @Test
    void timeInWhichNothingIsAcceptedCountsIfAConnectionWaits() {
        accept(1, 700, 1);
        snapshot();
        listeners.set(0, QueueRecords.tcp(700, 1, 0.5));
        snapshot();
        snapshot();
        acceptSlowly(1, 700);
        assertNames("; its thread 1 was busy: on a CPU 100% of 2.0 s");
    }

    @Test
    void timeThatIsMissingFromARecordingDoesNotCount() {
        accept(1, 700, 1);
        snapshot();
        examination.skip();
        acceptSlowly(1, 700);
        snapshot();
        assertNamesNobody();
    }

    @Test
    void unknownThreadIsNotNamed() {
        add(connection(1).via(1).acceptedAt(START).waited(1));
        snapshot();
        acceptSlowly(1, 700);
        snapshot();
        String headline = finding(Kind.SLOW).headline();
        assertTrue(!headline.contains("its thread"), headline);
    }
}
