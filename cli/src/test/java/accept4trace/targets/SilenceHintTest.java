package accept4trace.targets;

import static org.junit.jupiter.api.Assertions.assertEquals;

import accept4trace.capture.CaptureException;
import accept4trace.detail.ProcServerFacts;
import accept4trace.event.BlockingCall;
import accept4trace.event.HeldListener;
import accept4trace.event.ThreadState;
import accept4trace.event.ThreadState.CurrentCall;
import accept4trace.event.ThreadState.State;
import accept4trace.fake.FakeSnapshots;
import accept4trace.options.Arguments;
import accept4trace.options.Settings;
import accept4trace.proc.Processes;
import accept4trace.queue.QueueRecords;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests hints for process 7, which has one thread, and its child 8. */
class SilenceHintTest {
    @TempDir
    private Path proc;

    private final FakeSnapshots snapshots = new FakeSnapshots();

    @BeforeEach
    void child() throws Exception {
        write("7/task/7/children", "8 ");
        write("8/task/8/children", "");
    }

    private void write(String name, String text) throws Exception {
        Path file = proc.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private void listeners(HeldListener... records) {
        snapshots.records.clear();
        snapshots.records.add(List.of(records));
    }

    private void thread(int tgid, State state, BlockingCall call) {
        CurrentCall current = call == null ? null : new CurrentCall(0, call, 3, null);
        snapshots.threads.add(new ThreadState(
                tgid, tgid, "server".getBytes(StandardCharsets.UTF_8), state, 12_300_000_000L, current));
    }

    private void assertHint(String expected, String... options) throws Exception {
        List<String> all = new ArrayList<>(List.of("-p", "7"));
        all.addAll(List.of(options));
        Settings settings = Arguments.parse(all.toArray(String[]::new));
        Processes processes = new Processes(proc);
        SilenceHint hint = new SilenceHint(
                List.of(7),
                processes,
                new SilenceHint.Tools(snapshots, new ProcServerFacts(processes, () -> -1, netns -> -1)),
                settings.target().follow(),
                settings.selection().filter());
        assertEquals("no call yet" + expected, hint.get());
    }

    @Test
    void describesTheServerAndItsWaitingClients() throws Exception {
        listeners(QueueRecords.tcp(80, 7), QueueRecords.tcp(8077, 7, 12.1, 3));
        thread(7, State.ASLEEP, BlockingCall.FUTEX);
        assertHint(" on 10.0.0.1:8077: server[7] has been in futex for 12.3 s: it waits for another thread or process;"
                + " 2 connections wait, the oldest 12.1 s");
        snapshots.threads.clear();
        thread(7, State.STOPPED, null);
        assertHint(" on 10.0.0.1:8077: server[7] has been stopped for 12.3 s; 2 connections wait, the oldest 12.1 s");
        snapshots.threads.clear();
        assertHint(" on 10.0.0.1:8077: nothing is accepted; 2 connections wait, the oldest 12.1 s");
    }

    /** The other holders may be the ones that do not accept. */
    @Test
    void otherHoldersOfAQueueWithClients() throws Exception {
        listeners(QueueRecords.tcp(8077, 7, 2), QueueRecords.tcp(8077, 8, 2));
        thread(7, State.ASLEEP, BlockingCall.WAIT4);
        assertHint(" on 10.0.0.1:8077: 1 connection waits, for 2.0 s; server[8] holds the same listener and may accept"
                + " instead; try -f, or -p 8");
        assertHint(
                " on 10.0.0.1:8077: server[7] has been in wait4 for 12.3 s: it waits for a child process; 1 connection"
                        + " waits, for 2.0 s",
                "-f");
    }

    @Test
    void childrenMayAccept() throws Exception {
        listeners(QueueRecords.tcp(80, 7), QueueRecords.tcp(80, 8));
        assertHint(": server[8] holds the same listener and may accept instead; try -f, or -p 8");
        listeners(QueueRecords.tcp(80, 8));
        assertHint(": server[8] holds the same listener and may accept instead; try -f, or -p 8");
        assertHint(": 8 listens, but nobody has connected", "-f");
    }

    @Test
    void otherProcessesMayAccept() throws Exception {
        listeners(QueueRecords.tcp(80, 7), QueueRecords.tcp(80, 50), QueueRecords.tcp(80, 51));
        assertHint(": server[50], server[51] hold the same listener and may accept instead; try -p 50,51");
    }

    /** As in PostgreSQL, the main process calls accept, which is not traced, and waits in another system call. */
    @Test
    void nobodyHasConnectedOnlyIfTheTraceWouldShowIt() throws Exception {
        listeners(QueueRecords.tcp(80, 7));
        assertHint(
                ": 7 listens, and nobody waits now; it may accept by a call that is not traced: try"
                        + " -e trace=accept4,accept",
                "-e",
                "accept4");
        assertHint(": 7 listens, but nobody has connected");
        thread(7, State.ASLEEP, BlockingCall.ACCEPT4);
        assertHint(": 7 listens, but nobody has connected", "-e", "accept4");
        assertHint(": 7 listens, but no call has matched the filters", "--peer=10.0.0.1");
    }

    @Test
    void noListener() throws Exception {
        listeners(QueueRecords.tcp(80, 50));
        assertHint(": 7 has no listening socket");
    }

    @Test
    void suggestsTheSystemCallThatTheServerUses() throws Exception {
        listeners(QueueRecords.tcp(80, 7));
        thread(7, State.ASLEEP, BlockingCall.ACCEPT);
        assertHint(": 7 waits in accept(2), another system call; try -e trace=accept", "-e", "accept4");
        assertHint(": 7 listens, but nobody has connected", "-e", "accept");
        snapshots.threads.clear();
        write("7/maps", "7f0000000000-7f0000001000 r-xp 00000000 00:01 5 /usr/lib/jvm/lib/server/libjvm.so\n");
        assertHint(
                ": 7 runs Java, whose servers call accept(2), another system call; try -e trace=accept",
                "-e",
                "accept4");
    }

    /** Unreadable queues must not suggest a reason. */
    @Test
    void unreadableQueuesAreUnknown() throws Exception {
        snapshots.failure = new CaptureException("take a snapshot", 1, "");
        assertHint(", and the listeners are unknown: Operation not permitted");
    }
}
