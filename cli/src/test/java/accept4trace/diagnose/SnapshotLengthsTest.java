package accept4trace.diagnose;

import static org.junit.jupiter.api.Assertions.assertEquals;

import accept4trace.fake.FakeSnapshots;
import accept4trace.queue.QueueRecords;
import accept4trace.queue.QueueSampler;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests findings about queues whose greatest length only a snapshot shows. The limit is 4. */
class SnapshotLengthsTest extends Examining {
    private static final int PORT = 8077;
    private static final int NETNS = (int) 4026531840L;

    private final FakeSnapshots snapshots = new FakeSnapshots();
    private final QueueSampler sampler =
            new QueueSampler(snapshots, tgid -> true, QueueRecords.EVERYTHING, why -> {}, Runnable::run, () -> 0);

    private void accept(int drops) {
        add(connection(1)
                .tcpListener(SERVER, PORT)
                .listenerInode(PORT)
                .surroundings(NETNS, 0)
                .waited(MILLI)
                .queue(0, 4)
                .drops(drops));
    }

    private void listen(int waiting) {
        snapshots.records.add(List.of(QueueRecords.tcp(PORT, 1, new double[waiting])));
    }

    private void look() {
        sampler.takeNow();
        examination.addSnapshot(Objects.requireNonNull(sampler.latest()));
    }

    @ParameterizedTest
    @CsvSource({"2, false", "3, true", "4, true"})
    void queueThatOnlyASnapshotShowsIsFilling(int waiting, boolean filling) {
        accept(0);
        listen(waiting);
        look();
        assertEquals(
                filling
                        ? List.of("accept queue of 10.0.0.1:8077 is filling: " + waiting
                                + " of 4 waited; waits p50 1.0ms, p99 1.0ms")
                        : List.of(),
                headlines());
    }

    @Test
    void lastSnapshotCounts() {
        accept(0);
        listen(3);
        examination.setQueues(sampler.last());
        assertEquals(
                List.of("accept queue of 10.0.0.1:8077 is filling: 3 of 4 waited; waits p50 1.0ms, p99 1.0ms"),
                headlines());
    }

    /** Unlike after an accept, a queue at its limit still has room for one connection, so it is not full. */
    @ParameterizedTest
    @CsvSource({"4, is filling", "5, was full and refused at most 2 attempts"})
    void queueIsFullAboveItsLimit(int waiting, String what) {
        facts.overflows = 2;
        accept(0);
        accept(2);
        listen(waiting);
        look();
        assertEquals(
                List.of("accept queue of 10.0.0.1:8077 " + what + ": " + waiting
                        + " of 4 waited; waits p50 1.0ms, p99 1.0ms"),
                headlines());
    }
}
