package accept4trace.report;

import static accept4trace.event.SampleLosses.losses;
import static accept4trace.queue.QueueRecords.tcp;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import accept4trace.capture.CaptureException;
import accept4trace.event.FamilyCoverage;
import accept4trace.event.Losses;
import accept4trace.event.RecordBuilder;
import accept4trace.fake.FakeSnapshots;
import accept4trace.output.Sink;
import accept4trace.queue.QueueRecords;
import accept4trace.queue.QueueSampler;
import accept4trace.summary.Run;
import accept4trace.text.Text;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class SummaryReportTest {
    private static final long SECOND = 1_000_000_000L;

    private final FakeSnapshots snapshots = new FakeSnapshots();
    private final QueueSampler queues =
            new QueueSampler(snapshots, tgid -> tgid == 5, QueueRecords.EVERYTHING, why -> {}, Runnable::run, () -> 0);
    private final SummaryReport report = new SummaryReport(
            null, null, queues, Sink.to(new ByteArrayOutputStream(), Text.Style.PLAIN_ASCII), SECOND, 0);

    private static List<String> waiting(Run run) {
        return run.statistics().listeners().values().stream()
                .map(listener -> listener.socket().inode() + ": "
                        + listener.now().waiting() + " for " + listener.now().oldestNs() / SECOND)
                .sorted()
                .toList();
    }

    /** Nobody accepts during the run, so the same connections still wait at its end. */
    @Test
    void intervalAndRunShowTheQueuesAtTheirEnd() throws IOException {
        snapshots.records.add(List.of(tcp(1, 5, 2), tcp(2, 5), tcp(3, 6, 4)));
        snapshots.records.add(List.of(tcp(1, 5, 3, 1), tcp(2, 5, 1), tcp(3, 6, 5)));
        assertEquals(List.of("1: 1 for 2"), waiting(report.tick(SECOND, Losses.NONE)));
        assertEquals(List.of("1: 2 for 3", "2: 1 for 1"), waiting(report.end(0, Losses.NONE, SECOND, 0)));
    }

    /**
     * The run is so short that the only snapshot is at its end. By then, process 6 is not a target, although a target
     * with this id has made a call.
     */
    @Test
    void targetsAreKnownAtTheEnd() throws IOException {
        snapshots.records.add(List.of(tcp(1, 5, 4), tcp(3, 6, 4)));
        report.add(new RecordBuilder()
                .by(6, 6)
                .tcpListener(new byte[4], 443)
                .ret(-11)
                .decode());
        assertEquals(List.of("1: 1 for 4"), waiting(report.end(1, Losses.NONE, SECOND, 0)));
    }

    @Test
    void unknownQueuesOfAnIntervalHaveAReason() throws IOException {
        snapshots.failure = new CaptureException("take snapshots", 1, "");
        assertEquals(
                "Operation not permitted",
                report.tick(SECOND, Losses.NONE).statistics().unknownQueues());
        snapshots.failure = null;
        assertNull(report.tick(2 * SECOND, Losses.NONE).statistics().unknownQueues());
    }

    @Test
    void unknownQueuesAreReportedWithTheReason() throws IOException {
        snapshots.failure = new CaptureException("take snapshots", 1, "");
        Run run = report.end(0, Losses.NONE, SECOND, 0);
        assertEquals(List.of(), waiting(run));
        assertEquals("Operation not permitted", run.statistics().unknownQueues());
    }

    @Test
    void intervalHasItsOwnLosses() throws IOException {
        assertNull(report.tick(SECOND - 1, Losses.NONE));
        assertEquals(
                losses(5, 1, 0, 2, 0, 0, 0),
                report.tick(SECOND, losses(5, 1, 0, 2, 0, 0, 0)).losses());
        assertEquals(
                Losses.NONE,
                report.tick(2 * SECOND, losses(5, 1, 0, 2, 0, 0, 0)).losses());
        assertEquals(
                losses(2, 0, 4, 0, 1, 3, 0),
                report.tick(3 * SECOND, losses(7, 1, 4, 2, 1, 3, 0)).losses());
        assertEquals(
                losses(9, 1, 4, 2, 0, 0, 0),
                report.end(0, losses(9, 1, 4, 2, 0, 0, 0), 3 * SECOND, 0).losses());
    }

    private static List<String> resets(Run run) {
        return run.statistics().listeners().values().stream()
                .map(listener -> listener.socket().inode() + ": "
                        + run.statistics().closings().of(listener.socket()).text(listener.reset()))
                .sorted()
                .toList();
    }

    /**
     * A loss makes the numbers lower bounds (>=), but only those of the run and of the interval in which something was
     * lost.
     */
    @Test
    void resetsOfClosedListenersAreCounted() throws IOException {
        report.begin(FamilyCoverage.NONE, FamilyCoverage.ALL);
        report.add(new RecordBuilder()
                .tcpListener(new byte[4], 443)
                .listenerInode(7)
                .queue(3, 9)
                .closed(3, 0, 0, false)
                .decodeClosing());
        report.add(new RecordBuilder()
                .tcpListener(new byte[4], 443)
                .listenerInode(8)
                .queue(0, 9)
                .closed(0, 0, 0, false)
                .decodeClosing());
        assertEquals(List.of("7: 3"), resets(report.tick(SECOND, Losses.NONE)));
        report.add(new RecordBuilder()
                .tcpListener(new byte[4], 443)
                .listenerInode(9)
                .queue(2, 9)
                .closed(2, 0, 0, false)
                .decodeClosing());
        assertEquals(List.of("9: >=2"), resets(report.tick(2 * SECOND, losses(0, 0, 0, 0, 0, 0, 0, 1))));
        assertEquals(List.of("7: >=3", "9: >=2"), resets(report.end(0, losses(0, 0, 0, 0, 0, 0, 0, 1), SECOND, 0)));
    }
}
