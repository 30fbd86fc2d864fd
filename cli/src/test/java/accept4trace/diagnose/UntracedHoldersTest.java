package accept4trace.diagnose;

import static org.junit.jupiter.api.Assertions.assertEquals;

import accept4trace.diagnose.Finding.Kind;
import accept4trace.event.BlockingCall;
import accept4trace.event.HeldListener;
import accept4trace.event.ThreadState;
import accept4trace.event.ThreadState.CurrentCall;
import accept4trace.event.ThreadState.State;
import accept4trace.fake.FakeSnapshots;
import accept4trace.queue.QueueRecords;
import accept4trace.queue.QueueSampler;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Tests the finding about a stuck listener if only process 1 is traced, and process 2 holds the listener, too. */
class UntracedHoldersTest extends Examining {
    private final FakeSnapshots snapshots = new FakeSnapshots();

    private static List<HeldListener> listeners(long second, double ageSeconds) {
        return Stream.of(1, 2)
                .map(holder -> QueueRecords.at(second * SECOND, QueueRecords.tcp(8077, holder, ageSeconds)))
                .toList();
    }

    /** For example, -p selects one worker. The other one may be the one that should accept. */
    @Test
    void noThreadIsNamed() {
        CurrentCall wait = new CurrentCall(232, BlockingCall.EPOLL_WAIT, 5, null);
        snapshots.threads.add(new ThreadState(1, 1, new byte[0], State.ASLEEP, 9 * SECOND, null, wait));
        snapshots.records.add(listeners(50, 2));
        snapshots.records.add(listeners(60, 12));
        QueueSampler sampler = new QueueSampler(
                snapshots, tgid -> tgid == 1, QueueRecords.EVERYTHING, why -> {}, Runnable::run, () -> 0);
        sampler.takeNow();
        examination.setQueues(sampler.last());
        Finding stuck = finding(Kind.STUCK);
        assertEquals(
                "stuck on 10.0.0.1:8077: nothing has been accepted for at least 10.0 s; 1 connection waits, for 12.0 s",
                stuck.headline());
        assertEquals(
                "It is unknown which process should accept: server[1], server[2] hold the listener. Look at their"
                        + " threads, e.g. with gdb -p.",
                stuck.remedy());
        assertEquals(List.of(1), stuck.processes());
    }
}
