package accept4trace.diagnose;

import accept4trace.event.BlockingCall;
import accept4trace.event.BlockingCall.Kind;
import accept4trace.event.Endpoint.Ip;
import accept4trace.event.ListenerHolder;
import accept4trace.event.ThreadState;
import accept4trace.event.ThreadState.CallSocket;
import accept4trace.event.ThreadState.CurrentCall;
import accept4trace.event.ThreadState.State;
import accept4trace.format.Names;
import accept4trace.queue.QueueState;
import accept4trace.text.Text;
import accept4trace.text.Units;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The thread that should accept from a listener but does not, and what it does instead. Unknown details are omitted.
 */
final class StuckThread {
    private static final int EPOLLIN = 1;
    private static final int EPOLLET = 1 << 31;
    private static final int TCP_LISTEN = 10;
    /** The rank of a main thread if nothing else suggests that it should accept. */
    private static final int MAIN_THREAD = 4;

    private final QueueState state;
    private final ServerFacts facts;
    /** Null if it is unknown. */
    private final @Nullable ThreadState thread;

    private StuckThread(QueueState state, ServerFacts facts, @Nullable ThreadState thread) {
        this.state = state;
        this.facts = facts;
        this.thread = thread;
    }

    /**
     * Chooses a thread. If several processes hold the listener, traced or not, evidence against a thread is needed,
     * because some processes never accept, e.g. systemd, and others accept from sockets of their own.
     *
     * @param threads the threads of all processes that hold the listener; empty if unknown
     * @param acceptor the thread that accepted the last connection from the socket; 0 if unknown
     */
    static StuckThread find(QueueState state, List<ThreadState> threads, int acceptor, ServerFacts facts) {
        Set<Integer> tgids = state.targets().stream().map(ListenerHolder::tgid).collect(Collectors.toSet());
        ThreadState thread = threads.stream()
                .filter(candidate -> tgids.contains(candidate.tgid()))
                .filter(candidate -> holders(state).size() == 1 || rank(candidate, acceptor, state) < MAIN_THREAD)
                .min(Comparator.comparingInt((ThreadState candidate) -> rank(candidate, acceptor, state))
                        .thenComparingLong(candidate -> -candidate.offCpuNs()))
                .orElse(null);
        return new StuckThread(state, facts, thread);
    }

    /** Returns the names of all processes that hold the listener, by process id. */
    private static Map<Integer, String> holders(QueueState state) {
        Map<Integer, String> names = new TreeMap<>();
        state.queue()
                .holders()
                .forEach(holder -> names.put(holder.tgid(), Names.comm(holder.comm()) + "[" + holder.tgid() + "]"));
        return names;
    }

    /** Returns a rank. The thread with the lowest rank is most likely the one that should accept. */
    private static int rank(ThreadState candidate, int acceptor, QueueState state) {
        if (candidate.tid() == acceptor) {
            return 0;
        }
        if (candidate.state() == State.STOPPED) {
            return 1;
        }
        CallSocket socket = socketOf(candidate);
        if (socket != null && isAccepted(socket, state)) {
            return 2;
        }
        if (candidate.state() == State.DISK) {
            return 3;
        }
        return candidate.tid() == candidate.tgid() ? MAIN_THREAD : MAIN_THREAD + 1;
    }

    private static @Nullable CallSocket socketOf(ThreadState thread) {
        CurrentCall call = thread.call();
        return call == null || call.known() == null || !call.known().hasFd() ? null : call.socket();
    }

    /** Returns whether the socket was accepted from the listener. Decides by the local port, which is then the same. */
    private static boolean isAccepted(CallSocket socket, QueueState state) {
        return socket.socket().state() != TCP_LISTEN
                && socket.socket().local() instanceof Ip local
                && state.queue().socket().local() instanceof Ip listener
                && local.port() == listener.port();
    }

    /** Returns whether the thread is known and is not running. If so, its state shows that it does not accept. */
    boolean isIdle() {
        return thread != null && thread.state() != State.RUNNING;
    }

    /** Returns whether the thread waits for a client that it has accepted. */
    boolean hasClient() {
        CallSocket socket = thread == null ? null : socketOf(thread);
        return socket != null && isAccepted(socket, state);
    }

    /** Returns e.g. "php[178] has been in recvfrom(5) for 12.3 s: 10.0.0.7:5555 was accepted and has sent nothing". */
    String sentence() {
        if (thread == null) {
            return state.stalledNs() < 0
                    ? "nothing is accepted"
                    : "nothing has been accepted for at least " + seconds(state.stalledNs());
        }
        String reason = reason(thread);
        return name(thread) + " " + activity(thread) + (reason.isEmpty() ? "" : ": " + reason);
    }

    private String name(ThreadState candidate) {
        byte[] comm = state.targets().stream()
                .filter(holder -> holder.tgid() == candidate.tgid())
                .findFirst()
                .map(ListenerHolder::comm)
                .orElse(candidate.comm());
        String process = Names.comm(comm) + "[" + candidate.tgid() + "]";
        return candidate.tid() == candidate.tgid()
                ? process
                : Names.comm(candidate.comm()) + "[" + candidate.tid() + "] of " + process;
    }

    private static String activity(ThreadState candidate) {
        String time = candidate.offCpuNs() < 0 ? "" : " for " + seconds(candidate.offCpuNs());
        CurrentCall call = candidate.call();
        return switch (candidate.state()) {
            case STOPPED -> time.isEmpty() ? "is stopped" : "has been stopped" + time;
            case RUNNING -> "is running, and does not accept";
            case ASLEEP, DISK, OTHER -> call == null ? asleep(time) : inCall(call, time);
        };
    }

    private static String asleep(String time) {
        return time.isEmpty() ? "is asleep" : "has been asleep" + time;
    }

    private static String inCall(CurrentCall call, String time) {
        return (time.isEmpty() ? "is in " : "has been in ") + name(call) + time;
    }

    private static String name(CurrentCall call) {
        BlockingCall known = call.known();
        if (known == null) {
            return "system call " + call.number();
        }
        return known.hasFd() ? known + "(" + call.fd() + ")" : known.toString();
    }

    private String reason(ThreadState candidate) {
        CurrentCall call = candidate.call();
        if (candidate.state() == State.DISK) {
            return "it waits for a device and cannot be interrupted (D)";
        }
        if (candidate.state() != State.ASLEEP || call == null || call.known() == null) {
            return "";
        }
        return switch (call.known().kind()) {
            case RECEIVE, SEND, CONNECT ->
                call.socket() == null ? "" : peer(call.socket(), call.known().kind());
            case ACCEPT -> isThisListener(call) ? "" : "it accepts from another listener";
            case EPOLL -> epoll(candidate.tgid(), call.fd());
            case LOCK -> "it waits for another thread or process";
            case CHILD -> "it waits for a child process";
            case POLL, SLEEP, FILE, OTHER -> "";
        };
    }

    private boolean isThisListener(CurrentCall call) {
        return call.socket() == null
                || call.socket().socket().inode() == state.queue().socket().inode();
    }

    private String peer(CallSocket socket, Kind kind) {
        if (socket.peer() != null) {
            return "at the other end is " + Names.comm(socket.peer().comm()) + "["
                    + socket.peer().pid() + "]";
        }
        if (!(socket.socket().remote() instanceof Ip remote) || !remote.isBound()) {
            return "";
        }
        Text address = new Text();
        remote.append(address);
        if (!isAccepted(socket, state)) {
            return "it waits for " + address + ", to which it has connected";
        }
        if (kind == Kind.SEND) {
            return address + " was accepted and reads nothing";
        }
        return address + " was accepted and has sent " + received(socket.receivedBytes());
    }

    private static String received(long bytes) {
        return bytes == 0 ? "nothing" : bytes < 0 ? "too little" : "only " + Units.plural(bytes, "byte", "bytes");
    }

    private String epoll(int tgid, int epollFd) {
        if (!facts.isReadable(tgid)) {
            return "";
        }
        int events = facts.watchedEvents(tgid, epollFd, state.queue().socket().inode());
        if (events == ServerFacts.UNKNOWN) {
            return "";
        }
        if (events == 0) {
            return "its epoll set does not contain the listener";
        }
        if ((events & EPOLLIN) == 0) {
            return "its epoll set has the listener, but not for EPOLLIN";
        }
        return (events & EPOLLET) != 0
                ? "its epoll set has the listener with EPOLLET, which does not report connections that it left waiting"
                : "";
    }

    /** {@code acceptors}: the processes that have accepted at the listener's address. */
    String remedy(Set<Integer> acceptors) {
        if (thread == null) {
            return unknownThread();
        }
        String advice = advice(thread);
        Set<Integer> others = state.queue().holders().stream()
                .map(ListenerHolder::tgid)
                .filter(tgid -> tgid != thread.tgid())
                .collect(Collectors.toSet());
        return others.isEmpty()
                ? advice
                : advice + " " + Units.plural(others.size(), "other process holds", "other processes hold")
                        + " the listener"
                        + (Collections.disjoint(others, acceptors) ? ", and did not accept either." : ".");
    }

    private String unknownThread() {
        Collection<String> names = holders(state).values();
        return names.size() == 1
                ? "It does not accept. Look at its threads, e.g. with gdb -p."
                : "It is unknown which process should accept: " + Check.list(names)
                        + " hold the listener. Look at their threads, e.g. with gdb -p.";
    }

    private String advice(ThreadState candidate) {
        if (candidate.state() == State.STOPPED) {
            return "kill -CONT " + candidate.tgid() + " continues it, unless a debugger has stopped it.";
        }
        if (candidate.state() == State.DISK) {
            return "As root, cat /proc/" + candidate.tid() + "/stack shows where in the kernel it waits.";
        }
        if (hasClient()) {
            return "One client can block all others: set a timeout for accepted sockets (SO_RCVTIMEO, SO_SNDTIMEO), or"
                    + " serve each in its own thread or with an event loop.";
        }
        CurrentCall call = candidate.call();
        Kind kind =
                call == null || call.known() == null ? Kind.OTHER : call.known().kind();
        return switch (kind) {
            case EPOLL -> "Add the listener to the epoll set, level-triggered, or accept until EAGAIN.";
            case LOCK -> "gdb -p " + candidate.tgid() + " -ex 'thread apply all bt' shows who holds the lock.";
            default -> "It must return to its accept loop. gdb -p " + candidate.tgid() + " shows where it is.";
        };
    }

    /** Returns the evidence by name; -1 for what is unknown. */
    Map<String, Long> numbers() {
        Map<String, Long> numbers = new HashMap<>();
        if (thread == null) {
            return numbers;
        }
        CurrentCall call = thread.call();
        CallSocket socket = socketOf(thread);
        numbers.put("tid", (long) thread.tid());
        numbers.put("off_cpu_ns", thread.offCpuNs());
        numbers.put("syscall", call == null ? -1 : call.number());
        numbers.put("fd", call == null || call.known() == null || !call.known().hasFd() ? -1 : (long) call.fd());
        numbers.put("bytes_received", socket == null ? -1 : socket.receivedBytes());
        return numbers;
    }

    /** Returns e.g. 12.3 s. */
    static String seconds(long ns) {
        return String.format(Locale.ROOT, "%.1f s", (double) ns / Units.SECOND_NS);
    }
}
