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
import accept4trace.queue.TraceSelection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests the hints that explain why no call was seen. The target is process 7, which has one thread and the child
 * process 8.
 */
class SilenceHintTest {
    @TempDir
    private Path proc;

    private final FakeSnapshots snapshots = new FakeSnapshots();
    private boolean seesEveryAccept = true;

    @BeforeEach
    void child() throws Exception {
        write("7/task/7/children", "8 ");
        write("7/status", "State:\tS (sleeping)\nTgid:\t7\n");
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
                tgid,
                tgid,
                "server".getBytes(StandardCharsets.UTF_8),
                state,
                state == State.RUNNING ? 0 : 12_300_000_000L,
                null,
                current));
    }

    private void assertHint(String expected, String... options) throws Exception {
        List<String> all = new ArrayList<>(List.of("-p", "7"));
        all.addAll(List.of(options));
        assertSameHint(expected, all);
    }

    private void assertSameHint(String expected, List<String> options) throws Exception {
        Settings settings = Arguments.parse(options.toArray(String[]::new));
        Processes processes = new Processes(proc);
        SilenceTools tools = new SilenceTools(
                new TraceSelection(settings.selection().filter(), processes),
                snapshots,
                new ProcServerFacts(processes, () -> -1, netns -> -1),
                seesEveryAccept);
        String hint = settings.target().all()
                ? SilenceHint.ofMachine(processes, tools)
                : SilenceHint.ofNamed(List.of(7), settings.target().follow(), processes, tools);
        assertEquals("no call yet" + expected, hint);
    }

    private void assertMachineHint(String expected, String... options) throws Exception {
        List<String> all = new ArrayList<>(List.of("--all"));
        all.addAll(List.of(options));
        assertSameHint(expected, all);
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

    /** The hint must not blame the process, because the other holder of the queue may be the one that should accept. */
    @Test
    void otherHoldersOfAQueueWithClients() throws Exception {
        listeners(QueueRecords.tcp(8077, 7, 2), QueueRecords.tcp(8077, 8, 2));
        thread(7, State.ASLEEP, BlockingCall.WAIT4);
        assertHint(" on 10.0.0.1:8077: 1 connection waits, for 2.0 s; server[8] holds the same listener and may accept"
                + " instead; try -f, or -p 8");
        assertHint(" on 10.0.0.1:8077: nothing is accepted; 1 connection waits, for 2.0 s", "-f");
        snapshots.threads.clear();
        thread(8, State.STOPPED, null);
        assertHint(" on 10.0.0.1:8077: server[8] has been stopped for 12.3 s; 1 connection waits, for 2.0 s", "-f");
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

    /**
     * As in PostgreSQL, the process waits in another system call than accept. With -e accept4, its calls of accept are
     * not traced, so a client may have connected without being seen.
     */
    @Test
    void saysThatNobodyHasConnectedOnlyIfTheTraceWouldShowIt() throws Exception {
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

    /**
     * With TCP_DEFER_ACCEPT, the handshake of a client that has sent nothing is incomplete, although the client is
     * connected.
     */
    @Test
    void incompleteHandshakesAreReported() throws Exception {
        listeners(QueueRecords.halfOpen(80, 7, 3, false));
        assertHint(": 7 listens, but nobody has connected; 3 handshakes are not complete");
        listeners(QueueRecords.halfOpen(80, 7, 0, true));
        assertHint(": 7 listens, but nobody has connected");
        listeners(QueueRecords.halfOpen(80, 7, 1, true));
        assertHint(": 7 listens, but nobody has connected and sent data; 1 handshake is not complete, because of"
                + " TCP_DEFER_ACCEPT if the client has sent nothing yet");
    }

    @Test
    void noListener() throws Exception {
        listeners(QueueRecords.tcp(80, 50));
        assertHint(": 7 has no listening socket");
    }

    /** Without a process, there are no listeners to look for. */
    @Test
    void endedTarget() throws Exception {
        listeners(QueueRecords.tcp(80, 50));
        write("7/status", "State:\tZ (zombie)\nTgid:\t7\n");
        assertHint(": 7 has ended");
        Files.move(proc.resolve("7"), proc.resolve("reaped"));
        assertHint(": 7 has ended");
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

    /** If the queues are unreadable, the hint must not suggest a reason for the silence. */
    @Test
    void unreadableQueuesAreUnknown() throws Exception {
        snapshots.failure = new CaptureException("take a snapshot", 1, "");
        assertHint(", and the listeners are unknown: Operation not permitted");
        assertMachineHint(", and the listeners are unknown: Operation not permitted");
        assertMachineHint(", and the listeners are unknown: Operation not permitted", "--port=80");
    }

    @Test
    void queuesAreKnownWithoutThreads() throws Exception {
        listeners(QueueRecords.tcp(8077, 7, 12.1, 3));
        snapshots.threadsFailure = new CaptureException("take a snapshot of the threads", 1, "");
        String expected =
                " on 10.0.0.1:8077: nothing is accepted; 2 connections wait, the oldest 12.1 s; what the threads"
                        + " do is unknown: Operation not permitted";
        assertHint(expected);
        assertMachineHint(expected);
    }

    /**
     * The server may accept connections that the trace does not show, so the hint must not say that it accepts nothing.
     */
    @Test
    void narrowTracesDoNotShowThatNothingIsAccepted() throws Exception {
        listeners(QueueRecords.tcp(8077, 7, 0.1));
        thread(7, State.RUNNING, null);
        assertHint(" on 10.0.0.1:8077: server[7] is running, and does not accept; 1 connection waits, for 0.1 s");
        assertHint(
                " on 10.0.0.1:8077: 1 connection waits, for 0.1 s; no call has matched the filters", "--peer=10.0.0.1");
        assertHint(
                " on 10.0.0.1:8077: 1 connection waits, for 0.1 s; it may accept by a call that is not traced: try"
                        + " -e trace=accept4,accept",
                "-e",
                "accept4");
        assertHint(": no listening socket matches the filters", "--port=80");
    }

    @Test
    void wholeMachine() throws Exception {
        listeners();
        assertMachineHint(": no process has a listening socket");
        listeners(QueueRecords.tcp(80, 7));
        assertMachineHint(": nobody waits on the only listener");
        listeners(QueueRecords.tcp(80, 7), QueueRecords.tcp(80, 8), QueueRecords.tcp(81, 7));
        assertMachineHint(": nobody waits on any of 2 listeners");
        assertMachineHint(": nobody waits on any of 2 listeners", "--peer=10.0.0.1");
        listeners(QueueRecords.tcp(80, 7), QueueRecords.withoutQueue(81, 7));
        assertMachineHint(": nobody waits on 1 listener; the accept queue of 1 other is unknown");
    }

    @Test
    void describesTheLongestWaitOnTheMachine() throws Exception {
        listeners(QueueRecords.tcp(80, 8), QueueRecords.tcp(81, 9, 1), QueueRecords.tcp(8077, 7, 12.1, 3));
        thread(7, State.STOPPED, null);
        thread(9, State.ASLEEP, BlockingCall.FUTEX);
        assertMachineHint(
                " on 10.0.0.1:8077: server[7] has been stopped for 12.3 s; 2 connections wait, the oldest 12.1 s;"
                        + " connections also wait on 1 other listener");
        assertMachineHint(
                " on 10.0.0.1:81: server[9] has been in futex for 12.3 s: it waits for another thread or process;"
                        + " 1 connection waits, for 1.0 s",
                "--port=81");
    }

    @Test
    void partOfTheMachine() throws Exception {
        listeners(QueueRecords.tcp(80, 7), QueueRecords.tcp(80, 8), QueueRecords.tcp(81, 9));
        assertMachineHint(": server[7], server[8] listen, but nobody has connected", "--port=80");
        assertMachineHint(": server[9] listens, but nobody has connected", "--listener=10.0.0.1:81");
        assertMachineHint(": no listening socket matches the filters", "--port=82");
        assertMachineHint(": no listening socket matches the filters", "--comm=nginx");
        assertMachineHint(": server[9] listens, but no call has matched the filters", "--port=81", "--peer=10.0.0.1");
        assertMachineHint(
                ": server[9] listens, and nobody waits now; it may accept by a call that is not traced: try"
                        + " -e trace=accept4,accept",
                "--port=81",
                "-e",
                "accept4");
        assertMachineHint(": server[7], server[8], server[9] listen, but nobody has connected", "--comm=server");
    }

    /** The cgroup contains only process 7. */
    @Test
    void holdersOutsideOfTheFilter() throws Exception {
        write("web/cgroup.controllers", "");
        write("web/cgroup.procs", "7\n");
        String cgroup = "--cgroup=" + proc.resolve("web");
        listeners(QueueRecords.tcp(80, 7), QueueRecords.tcp(81, 9, 1));
        assertMachineHint(": server[7] listens, but nobody has connected", cgroup);
        listeners(QueueRecords.tcp(80, 7), QueueRecords.tcp(80, 8));
        assertMachineHint(
                ": server[8] holds the same listener and may accept instead, but does not match the filters", cgroup);
        listeners(QueueRecords.tcp(80, 7, 2), QueueRecords.tcp(80, 8, 2), QueueRecords.tcp(80, 9, 2));
        assertMachineHint(
                " on 10.0.0.1:80: 1 connection waits, for 2.0 s; server[8], server[9] hold the same listener and may"
                        + " accept instead, but do not match the filters",
                cgroup);
        assertMachineHint(
                ", and the listeners are unknown: the folder of the cgroup is not found",
                "--cgroup=" + proc.resolve("missing"));
    }

    /** The calls of the server's other threads are not traced, so the hint must not say that nobody has connected. */
    @Test
    void nameOfASingleThread() throws Exception {
        write("7/task/71/comm", "");
        write("71/comm", "acceptor\n");
        listeners(QueueRecords.tcp(80, 7));
        assertMachineHint(": server[7] listens, but no call has matched the filters", "--comm=acceptor");
    }

    /** Without CAP_SYS_PTRACE, it is unknown whether the server uses io_uring. */
    @Test
    void unreadableFilesProveNothing() throws Exception {
        listeners(QueueRecords.tcp(80, 7));
        write("7/fd", "not a folder");
        String unknown = ", and nobody waits now; whether 7 uses io_uring is unknown: its open files are unreadable";
        assertHint(": 7 listens" + unknown);
        assertMachineHint(": server[7] listens" + unknown, "--port=80");
    }

    /** Without kprobes and fentry, some accepts are not seen, even if -e selects all. */
    @Test
    void silenceProvesNothingIfSomeAcceptsCannotBeSeen() throws Exception {
        seesEveryAccept = false;
        listeners(QueueRecords.tcp(80, 7));
        String unseen = "it may accept by io_uring or as a 32-bit program, which is not seen without kprobes or fentry";
        assertHint(": 7 listens, and nobody waits now; " + unseen, "-e", "all");
        assertMachineHint(": server[7] listens, and nobody waits now; " + unseen, "--port=80");
        thread(7, State.ASLEEP, BlockingCall.ACCEPT4);
        assertHint(": 7 listens, but nobody has connected");
        snapshots.threads.clear();
        thread(7, State.RUNNING, null);
        listeners(QueueRecords.tcp(80, 7, 0.1));
        assertHint(" on 10.0.0.1:80: 1 connection waits, for 0.1 s; " + unseen);
    }

    /** In an overloaded server, every connection waits long. Only a server that also sleeps accepts nothing. */
    @Test
    void longWaitDoesNotShowThatNothingIsAccepted() throws Exception {
        seesEveryAccept = false;
        listeners(QueueRecords.tcp(80, 7, 12.1));
        String unseen = "it may accept by io_uring or as a 32-bit program, which is not seen without kprobes or fentry";
        assertHint(" on 10.0.0.1:80: 1 connection waits, for 12.1 s; " + unseen);
        thread(7, State.RUNNING, null);
        assertHint(" on 10.0.0.1:80: 1 connection waits, for 12.1 s; " + unseen);
        snapshots.threads.clear();
        thread(7, State.ASLEEP, BlockingCall.FUTEX);
        String asleep =
                " on 10.0.0.1:80: server[7] has been in futex for 12.3 s: it waits for another thread or process;"
                        + " 1 connection waits, for ";
        assertHint(asleep + "12.1 s");
        listeners(QueueRecords.tcp(80, 7, 0.9));
        assertHint(asleep + "0.9 s; " + unseen);
    }

    @Test
    void usersOfIoUringAreFoundUnlessTheirAcceptsAreSeen() throws Exception {
        listeners(QueueRecords.tcp(80, 7));
        Files.createDirectories(proc.resolve("7/fd"));
        Files.createSymbolicLink(proc.resolve("7/fd/5"), Path.of("anon_inode:[io_uring]"));
        assertHint(": 7 uses io_uring, whose accepts are not system calls; try -e trace=io_uring");
        assertHint(": 7 listens, but nobody has connected", "-e", "all");
        seesEveryAccept = false;
        String unseen = ": 7 uses io_uring, whose accepts are not seen without kprobes or fentry";
        assertHint(unseen);
        assertHint(unseen, "-e", "all");
        assertMachineHint(unseen, "--port=80", "-e", "all");
    }

    /** A ring remains in use after its descriptor is closed. */
    @Test
    void ringWithoutADescriptorIsFound() throws Exception {
        listeners(QueueRecords.tcp(80, 7));
        write(
                "7/maps",
                "7f7236de7000-7f7236de8000 rw-s 00000000 00:10 305723170                  anon_inode:[io_uring]\n");
        assertHint(": 7 uses io_uring, whose accepts are not system calls; try -e trace=io_uring");
    }

    @Test
    void unknownQueuesProveNothing() throws Exception {
        listeners(QueueRecords.withoutQueue(80, 7));
        assertHint(": 7 listens, but not all of the accept queues are known");
        assertMachineHint(": server[7] listens, but not all of the accept queues are known", "--port=80");
        assertMachineHint(": the accept queues of all listeners are unknown");
    }
}
