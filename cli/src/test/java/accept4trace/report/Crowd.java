package accept4trace.report;

import static accept4trace.event.EventLayout.*;
import static accept4trace.event.EventLayout.Event.*;

import accept4trace.capture.EventBatch;
import accept4trace.capture.Probe;
import accept4trace.event.RecordBuilder;
import accept4trace.fake.FakeSource;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * A fake kernel in which each connection has its own listener, client, thread and process. For every second connection,
 * both ends have an AF_UNIX name of maximum length. Each thread waits for its listener, calls accept once without
 * getting a connection, and then accepts its connection.
 */
final class Crowd extends FakeSource {
    private static final byte[] SERVER = {10, 0, 0, 1};
    /** Larger than all real ids. */
    private static final int FIRST_ID = 1 << 23;

    private static final byte[] INET_WAIT = wait(inet());
    private static final byte[] UNIX_WAIT = wait(unix());
    private static final byte[] INET_EMPTY = inet().ret(-11).build().array();
    private static final byte[] UNIX_EMPTY = unix().ret(-11).build().array();
    private static final byte[] INET_CONNECTION =
            connection(inet()).tcpPeer(SERVER, 443, SERVER, 5000).build().array();
    private static final byte[] UNIX_CONNECTION = unixConnection().build().array();
    private static final byte[] UNIX_STACK =
            unix().ret(-11).stack(Stack.MEMORY_BYTES, (byte) 0).build().array();

    private final int count;
    /**
     * One of every {@code stackEach} failing calls has a stack. Must be even, because only calls with an odd number,
     * which are those on AF_UNIX listeners, can have a stack. 0 means no stacks.
     */
    private final int stackEach;

    private final ByteBuffer records = ByteBuffer.allocate(256 * 1024).order(ByteOrder.nativeOrder());
    private int next;

    Crowd(int count, int stackEach) {
        this.probe = Probe.KPROBE;
        this.count = count;
        this.stackEach = stackEach;
    }

    @Override
    public EventBatch poll(int timeoutMs) {
        records.clear();
        boolean ended = next == count;
        while (next < count && records.remaining() > 2 * LongEvent.BYTES + EventWithStack.BYTES) {
            add(next++);
        }
        return new EventBatch(records, records.position(), 0, false, ended, false);
    }

    private void add(int i) {
        boolean inet = i % 2 == 0;
        add(i, inet ? INET_WAIT : UNIX_WAIT);
        boolean stack = stackEach > 0 && i % stackEach == 1;
        add(i, inet ? INET_EMPTY : stack ? UNIX_STACK : UNIX_EMPTY);
        add(i, inet ? INET_CONNECTION : UNIX_CONNECTION);
    }

    /** Adds a record from a template, with the ids and names of this connection. */
    private void add(int i, byte[] template) {
        int at = records.position();
        long now = 1_000_000_000L + 10_000L * i;
        records.put(template)
                .putInt(at + TGID, FIRST_ID + i)
                .putInt(at + TID, FIRST_ID + i)
                .putLong(at + ENTER_NS, now - 500)
                .putLong(at + EXIT_NS, now)
                .putLong(at + ACCEPTED_NS, now)
                .putLong(at + WAIT_NS, 1_000L * i)
                .putInt(at + DROPS, i)
                .putInt(at + PEER_PID, FIRST_ID + i)
                .putInt(at + NETNS, 1 + i % 100)
                .putLong(at + CGROUP, i)
                .putLong(at + LISTENER + Socket.INODE, 1_000_000L + i)
                .put(at + THREAD_COMM, numbered("thread000000000", i))
                .put(at + PROCESS_COMM, numbered("process00000000", i))
                .put(at + PEER_COMM, numbered("client000000000", i));
        if (i % 2 == 0) {
            records.putInt(at + LISTENER + Socket.LOCAL + End.ADDR, i).putInt(at + PEER + End.ADDR, i);
        } else {
            records.put(at + LongEvent.LOCAL_NAME, name(i)).put(at + LongEvent.PEER_NAME, name(i));
        }
    }

    private static byte[] wait(RecordBuilder listening) {
        return listening
                .related(Syscall.EPOLL_WAIT, 8, 0, 512, -1)
                .ready(1)
                .ret(1)
                .build()
                .array();
    }

    private static RecordBuilder connection(RecordBuilder listening) {
        return listening.ret(9).waited(0).queue(7, 511).drops(0);
    }

    private static RecordBuilder inet() {
        return new RecordBuilder().tcpListener(SERVER, 443);
    }

    private static RecordBuilder unix() {
        return new RecordBuilder().unixListener(name(0));
    }

    private static RecordBuilder unixConnection() {
        return connection(unix()).unixPeer(name(0), name(0), 1).peerTask(1, 0, "");
    }

    private static byte[] name(int i) {
        return numbered("/run/" + "0".repeat(LongEvent.LOCAL_NAME_BYTES - 5), i);
    }

    /** Replaces the last zeros by the number. */
    private static byte[] numbered(String zeros, int number) {
        byte[] name = zeros.getBytes(StandardCharsets.US_ASCII);
        for (int at = name.length - 1, rest = number; rest > 0; at--, rest /= 10) {
            name[at] += (byte) (rest % 10);
        }
        return name;
    }
}
