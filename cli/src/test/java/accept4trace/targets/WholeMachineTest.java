package accept4trace.targets;

import static org.junit.jupiter.api.Assertions.assertEquals;

import accept4trace.capture.CallFilter;
import accept4trace.capture.CallFilter.ListenerFilter;
import accept4trace.capture.CallFilter.Ports;
import accept4trace.capture.CaptureException;
import accept4trace.fake.FakeSnapshots;
import accept4trace.fake.FakeSource;
import accept4trace.output.Notices;
import accept4trace.proc.Processes;
import accept4trace.queue.QueueRecords;
import accept4trace.queue.TraceSelection;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests the whole machine as the target, with an empty /proc. */
class WholeMachineTest {
    @TempDir
    private Path proc;

    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Notices notices = new Notices(new PrintStream(err, true, StandardCharsets.UTF_8), false);
    private final FakeSnapshots snapshots = new FakeSnapshots();
    private final List<Runnable> work = new ArrayList<>();

    private WholeMachine traced(String filters, Executor background, Integer... ports) throws Exception {
        WholeMachine machine = new WholeMachine(filters, new Processes(proc), notices, background);
        List<Ports> ranges = Stream.of(ports).map(port -> new Ports(port, port)).toList();
        CallFilter filter = new CallFilter(
                CallFilter.NONE.calls(),
                CallFilter.NONE.caller(),
                new ListenerFilter(List.of(), null, null, ranges, List.of(), List.of()),
                List.of(),
                Set.of(),
                0,
                0);
        machine.beginLookups(new TraceSelection(filter, new Processes(proc)), snapshots);
        machine.trace(new FakeSource());
        return machine;
    }

    @Test
    void namesOwnersInTheStartNotice() throws Exception {
        snapshots.records.add(List.of(QueueRecords.tcp(80, 9), QueueRecords.tcp(81, 8), QueueRecords.tcp(80, 7)));
        assertEquals(
                "port 80, listening now: 7 (server), 9 (server)",
                traced("port 80", Runnable::run, 80).describe());
        assertEquals(
                "port 443, listening now: nobody",
                traced("port 443", Runnable::run, 443).describe());
    }

    @Test
    void namesTheFirstOfManyOwners() throws Exception {
        snapshots.records.add(IntStream.rangeClosed(1, 6)
                .mapToObj(tgid -> QueueRecords.tcp(80, tgid))
                .toList());
        assertEquals(
                "user x, listening now: 1 (server), 2 (server), 3 (server), 4 (server) and 2 more",
                traced("user x", Runnable::run).describe());
    }

    /** The search is slow, as with a million open files. */
    @Test
    void namesOwnersLaterIfTheSearchIsSlow() throws Exception {
        WholeMachine port = traced("port 80", work::add, 80);
        assertEquals("port 80", port.describe());
        assertEquals("port 80", port.describe());
        notices.writeLate();
        assertEquals("", err.toString(StandardCharsets.UTF_8));
        work.forEach(Runnable::run);
        notices.writeLate();
        assertEquals("accept4-trace: port 80, listening now: nobody\n", err.toString(StandardCharsets.UTF_8));
        assertEquals("port 80, listening now: nobody", port.describe());
    }

    @Test
    void ownersAreUnknownWithoutASnapshot() throws Exception {
        snapshots.failure = new CaptureException("take a snapshot", 1, "");
        assertEquals(
                "port 80, listening now: unknown",
                traced("port 80", Runnable::run, 80).describe());
    }

    @Test
    void ownersAreUnknownIfNoThreadIsAvailable() throws Exception {
        WholeMachine port = traced(
                "port 80",
                task -> {
                    throw new RejectedExecutionException("no thread");
                },
                80);
        assertEquals("port 80, listening now: unknown", port.describe());
    }

    @Test
    void searchesNoOwnersWithoutAFilter() throws Exception {
        assertEquals("every process", traced("", work::add).describe());
        assertEquals(List.of(), work);
    }
}
