package accept4trace.session;

import static accept4trace.queue.QueueRecords.SECOND;
import static accept4trace.queue.QueueRecords.tcp;
import static accept4trace.queue.QueueRecords.unix;
import static org.junit.jupiter.api.Assertions.assertEquals;

import accept4trace.capture.CallFilter;
import accept4trace.event.HeldListener;
import accept4trace.event.KernelSocket;
import accept4trace.event.ListenerHolder;
import accept4trace.event.ProcessExit;
import accept4trace.event.RefusedUnixClient;
import accept4trace.event.UnixRefusal;
import accept4trace.event.UnixRefusalBuilder;
import accept4trace.fake.FakeSnapshots;
import accept4trace.proc.Processes;
import accept4trace.queue.HeldSockets;
import accept4trace.queue.ListenerHolders;
import accept4trace.queue.TraceSelection;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests refused AF_UNIX connects in a trace of process 5. */
class RefusedUnixClientsTest {
    private static final int OURS = 99;
    private static final int OTHERS = 98;
    private static final int RESTARTED = 101;

    @TempDir
    private Path proc;

    private final List<Long> refusals = new ArrayList<>();
    private final List<String> records = new ArrayList<>();
    private final FakeSnapshots snapshots = new FakeSnapshots();
    private final RefusedUnixClients.Receiver receiver = new RefusedUnixClients.Receiver() {
        @Override
        public void refusal(UnixRefusal refusal) {
            refusals.add(refusal.listener().inode());
        }

        @Override
        public void client(RefusedUnixClient client) {
            records.add(client.first().client().pid() + " x" + client.connects() + " "
                    + (client.lastNs() - client.first().timeNs()) / (SECOND / 10) + "ds");
        }
    };
    private long now = 100 * SECOND;

    private RefusedUnixClients everything() {
        return new RefusedUnixClients(null, true);
    }

    private RefusedUnixClients ofTarget() {
        return ofTarget(Runnable::run);
    }

    private RefusedUnixClients ofTarget(Executor background) {
        return new RefusedUnixClients(
                new HeldSockets(
                        snapshots,
                        tgid -> tgid == 5,
                        new TraceSelection(CallFilter.NONE, new Processes(proc)),
                        background,
                        () -> now,
                        true),
                true);
    }

    private void then(HeldListener... listeners) {
        snapshots.records.add(List.of(listeners));
    }

    private UnixRefusalBuilder refused(double seconds) {
        now = (long) (100 * SECOND + seconds * SECOND);
        return new UnixRefusalBuilder().at(now).inode(OURS);
    }

    private void tickAt(RefusedUnixClients clients, double seconds) {
        now = (long) (100 * SECOND + seconds * SECOND);
        clients.tick(now, receiver);
    }

    @Test
    void repetitionsAreFolded() {
        RefusedUnixClients clients = everything();
        for (double at : new double[] {0, 0.5, 0.9}) {
            clients.add(refused(at).decode(), receiver);
            clients.tick(now, receiver);
        }
        clients.add(refused(0.9).by(7).decode(), receiver);
        tickAt(clients, 1.8);
        assertEquals(List.of(), records);
        tickAt(clients, 1.9);
        assertEquals(List.of("812 x3 9ds", "7 x1 0ds"), records);
        assertEquals(4, refusals.size());
        clients.end(receiver);
        assertEquals(2, records.size());
    }

    @Test
    void persistentClientIsReportedEveryTenSeconds() {
        RefusedUnixClients clients = everything();
        for (int i = 0; i < 25; i++) {
            clients.add(refused(i / 2.0).decode(), receiver);
            clients.tick(now, receiver);
        }
        assertEquals(List.of("812 x21 100ds"), records);
        clients.end(receiver);
        assertEquals(List.of("812 x21 100ds", "812 x4 15ds"), records);
    }

    @Test
    void clientsAreNotReportedUnlessShown() {
        RefusedUnixClients clients = new RefusedUnixClients(null, false);
        clients.add(refused(0).decode(), receiver);
        clients.end(receiver);
        assertEquals(List.of((long) OURS), refusals);
        assertEquals(List.of(), records);
    }

    @Test
    void forgottenClientsAreReported() {
        RefusedUnixClients clients = everything();
        for (int pid = 1; pid <= 4097; pid++) {
            clients.add(refused(0).by(pid).decode(), receiver);
        }
        assertEquals(List.of("1 x1 0ds"), records);
    }

    @Test
    void onlyListenersOfTargetsAreSelected() {
        then(unix(0), tcp(OTHERS, 6));
        RefusedUnixClients clients = ofTarget();
        clients.add(refused(0.1).inode(OTHERS).decode(), receiver);
        clients.add(refused(0.1).decode(), receiver);
        tickAt(clients, 1.2);
        clients.end(receiver);
        assertEquals(List.of((long) OURS), refusals);
        assertEquals(0, clients.unknown());
    }

    @Test
    void listenerIsFoundByItsPath() {
        then(unix(0));
        RefusedUnixClients clients = ofTarget();
        clients.add(named(0.1, "/run/x").decode(), receiver);
        assertEquals(List.of(), refusals);
        tickAt(clients, 0.9);
        clients.add(named(1, "/run/x\0").decode(), receiver);
        assertEquals(List.of((long) OURS, (long) OURS), refusals);
        assertEquals(0, clients.unknown());
    }

    /**
     * Returns a refusal that names the listener only by its path. The client is in mount namespace 8, like the holder
     * of the listener that {@code QueueRecords.unix()} returns.
     */
    private UnixRefusalBuilder named(double seconds, String name) {
        return refused(seconds).inode(0).withoutQueue().named(name);
    }

    @Test
    void otherNamesAndNamespacesAreUnknown() {
        then(unix(0));
        RefusedUnixClients clients = ofTarget();
        clients.add(named(0, "x").decode(), receiver);
        clients.add(named(0, "/run/y").decode(), receiver);
        UnixRefusal elsewhere = named(0, "/run/x").decode();
        clients.add(
                new UnixRefusal(
                        elsewhere.timeNs(), elsewhere.listener(), 7, 9, 11, elsewhere.client(), elsewhere.queue()),
                receiver);
        clients.end(receiver);
        assertEquals(List.of(), refusals);
        assertEquals(3, clients.unknown());
    }

    @Test
    void socketsThatATargetOpensNeedNoSnapshot() {
        then();
        RefusedUnixClients clients = ofTarget();
        clients.listening(refused(0.1).named("/run/x\0").decode());
        clients.add(named(0.2, "/run/x").decode(), receiver);
        clients.add(refused(0.2).decode(), receiver);
        assertEquals(List.of((long) OURS, (long) OURS), refusals);
        assertEquals(0, snapshots.taken);
    }

    /**
     * After the file of a listener has been replaced, two listeners have the same path, so it is unknown which of them
     * has refused.
     */
    @Test
    void ambiguousPathIsUnknown() {
        HeldListener first = unix(0);
        then(first, withInode(first, OTHERS));
        RefusedUnixClients clients = ofTarget();
        clients.add(named(0, "/run/x").decode(), receiver);
        clients.end(receiver);
        assertEquals(List.of(), refusals);
        assertEquals(1, clients.unknown());
    }

    /** Only a snapshot shows that the first server has ended. */
    @Test
    void restartedServerIsFound() {
        HeldListener first = unix(0);
        then(first);
        RefusedUnixClients clients = ofTarget();
        clients.add(named(0, "/run/x").decode(), receiver);
        clients.listening(refused(5).inode(RESTARTED).named("/run/x\0").decode());
        clients.add(named(5.1, "/run/x").decode(), receiver);
        assertEquals(List.of((long) OURS, (long) RESTARTED), refusals);
        then(withInode(first, RESTARTED));
        clients.add(named(9, "/run/x").decode(), receiver);
        clients.add(named(9.1, "/run/x").decode(), receiver);
        clients.end(receiver);
        assertEquals(List.of((long) OURS, (long) RESTARTED, (long) RESTARTED, (long) RESTARTED), refusals);
        assertEquals(0, clients.unknown());
    }

    /** The server of another user has taken the name. Its refusals are not those of the target. */
    @Test
    void endedServerDoesNotRefuse() {
        HeldListener first = unix(0);
        then(first);
        RefusedUnixClients clients = ofTarget();
        clients.add(named(0, "/run/x").decode(), receiver);
        clients.add(named(0.1, "/run/x").decode(), receiver);
        clients.exited(new ProcessExit(5, new byte[0], now, 0));
        then(heldBy(6, withInode(first, OTHERS)));
        clients.add(named(0.2, "/run/x").decode(), receiver);
        tickAt(clients, 5);
        clients.add(named(5.1, "/run/x").decode(), receiver);
        clients.end(receiver);
        assertEquals(List.of((long) OURS, (long) OURS), refusals);
        assertEquals(1, clients.unknown());
    }

    /** The end of a child, e.g. of one that served a connection, does not show that the listener was closed. */
    @Test
    void endOfAChildChangesNothing() {
        then(unix(0), heldBy(7, unix(0)));
        RefusedUnixClients clients = ofTarget();
        clients.add(named(0, "/run/x").decode(), receiver);
        for (int i = 0; i < 5000; i++) {
            clients.exited(new ProcessExit(i % 2 == 0 ? 6 : 7, new byte[0], now, 0));
            clients.add(named(0.1, "/run/x").decode(), receiver);
        }
        assertEquals(5001, refusals.size());
        assertEquals(0, clients.unknown());
    }

    @Test
    void lastRefusalsOfAnEndedServerAreShown() {
        then(unix(0));
        then();
        RefusedUnixClients clients = ofTarget();
        clients.add(named(0, "/run/x").decode(), receiver);
        clients.add(named(0.1, "/run/x").decode(), receiver);
        clients.exited(new ProcessExit(5, new byte[0], now, 0));
        clients.add(named(0.1, "/run/x").decode(), receiver);
        clients.end(receiver);
        assertEquals(List.of((long) OURS, (long) OURS, (long) OURS), refusals);
        assertEquals(0, clients.unknown());
    }

    /** After the file was replaced, both servers hold a socket with this path until the first one ends. */
    @Test
    void pathIsAmbiguousOnlyWhileTwoSocketsHaveIt() {
        HeldListener first = unix(0);
        then(first, withInode(first, RESTARTED));
        RefusedUnixClients clients = ofTarget();
        clients.add(named(0, "/run/x").decode(), receiver);
        clients.add(named(0.1, "/run/x").decode(), receiver);
        assertEquals(1, clients.lost());
        then(withInode(first, RESTARTED));
        tickAt(clients, 2);
        then(withInode(first, RESTARTED));
        clients.add(named(4, "/run/x").decode(), receiver);
        clients.end(receiver);
        assertEquals(List.of((long) RESTARTED), refusals);
    }

    @Test
    void questionsAboutKeptRefusalsAreRepeated() {
        List<Object> repeated = new ArrayList<>();
        long[] version = {0};
        ListenerHolders unknown = (ListenerHolders) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {ListenerHolders.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("named")) {
                        repeated.add(arguments[4]);
                        return ListenerHolders.Named.UNKNOWN;
                    }
                    return method.getName().equals("version") ? ++version[0] : null;
                });
        RefusedUnixClients clients = new RefusedUnixClients(unknown, true);
        clients.add(named(0, "/run/x").decode(), receiver);
        clients.add(named(0.1, "/run/x").decode(), receiver);
        assertEquals(List.of(false, true, false), repeated);
    }

    @Test
    void withoutThreadsEveryListenerIsUnknown() {
        RefusedUnixClients clients = ofTarget(task -> {
            throw new RejectedExecutionException();
        });
        for (int i = 0; i < 5000; i++) {
            clients.add(refused(1).decode(), receiver);
        }
        clients.end(receiver);
        assertEquals(5000, clients.unknown());
    }

    private static HeldListener withInode(HeldListener record, long inode) {
        return new HeldListener(
                new KernelSocket(
                        inode, record.socket().protocol(), 10, record.socket().local(), null, 0),
                record.netns(),
                record.holder(),
                record.lengths(),
                record.longest(),
                record.takenNs());
    }

    private static HeldListener heldBy(int tgid, HeldListener record) {
        ListenerHolder holder = record.holder();
        return new HeldListener(
                record.socket(),
                record.netns(),
                new ListenerHolder(tgid, holder.fd(), holder.uid(), holder.comm(), holder.mntns()),
                record.lengths(),
                record.longest(),
                record.takenNs());
    }
}
