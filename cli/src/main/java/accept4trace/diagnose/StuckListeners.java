package accept4trace.diagnose;

import accept4trace.diagnose.Finding.Kind;
import accept4trace.diagnose.Finding.Severity;
import accept4trace.event.ListenerHolder;
import accept4trace.event.ThreadState;
import accept4trace.event.WaitingConnection;
import accept4trace.queue.ListenerQueue;
import accept4trace.queue.QueueState;
import accept4trace.text.Units;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Finds listeners from which nothing has been accepted for a while, although clients wait at the end of the run. */
public final class StuckListeners implements Check {
    /** One second. A server that is merely busy accepts at least one connection in this time. */
    static final long STUCK_NS = Units.SECOND_NS;

    @Override
    public List<Finding> findings(Observations seen, long durationNs) {
        return seen.queues().queues().stream()
                .filter(state -> isStuck(state, seen) && !isExplained(state, seen))
                .map(state -> finding(state, thread(state, seen), acceptors(state, seen)))
                .toList();
    }

    private static StuckThread thread(QueueState state, Observations seen) {
        ObservedSocket socket = seen.socketOf(state);
        int acceptor = socket == null ? 0 : socket.lastAcceptor;
        return StuckThread.find(state, seen.queues().threads().list(), acceptor, seen.facts());
    }

    /** Returns the processes that accepted at the address of a listener, maybe from other sockets of its group. */
    private static Set<Integer> acceptors(QueueState state, Observations seen) {
        ObservedListener listener = seen.listenerOf(state);
        return listener == null
                ? Set.of()
                : listener.workers.entrySet().stream()
                        .filter(worker -> worker.getValue().connections > 0)
                        .map(Map.Entry::getKey)
                        .collect(Collectors.toSet());
    }

    /**
     * Describes in a sentence what the responsible thread does instead of accepting, and how many connections wait.
     *
     * @param threads the threads of all processes that hold the listener; empty if unknown
     * @param acceptsNothing whether it is certain that nothing is accepted. If not, the sentence mentions the thread
     *     only if the thread does not run
     */
    public static String describe(
            QueueState state, List<ThreadState> threads, ServerFacts facts, boolean acceptsNothing) {
        StuckThread thread = StuckThread.find(state, threads, 0, facts);
        return acceptsNothing || thread.isIdle() ? sentence(state, thread) : waiting(state.queue());
    }

    private static String sentence(QueueState state, StuckThread thread) {
        return thread.sentence() + "; " + waiting(state.queue(), thread.hasClient());
    }

    /** Returns e.g. "5 connections wait, the oldest 12.1 s". */
    public static String waiting(ListenerQueue queue) {
        return waiting(queue, false);
    }

    /** A snapshot of a recording may be older than the last accepts, which then show that the listener is not stuck. */
    private static boolean isStuck(QueueState state, Observations seen) {
        ObservedSocket socket = seen.socketOf(state);
        boolean hasAcceptedSince =
                socket != null && socket.lastAcceptNs > state.queue().takenNs();
        return state.stalledNs() >= STUCK_NS && !hasAcceptedSince;
    }

    /**
     * Returns the listeners whose clients have waited long, or may have, if the run was too short to call these
     * listeners stuck.
     */
    static List<String> undecided(Observations seen) {
        if (seen.queues().watchedNs() >= STUCK_NS) {
            return List.of();
        }
        return seen.queues().queues().stream()
                .filter(state -> !isStuck(state, seen)
                        && !state.queue().isUnknown()
                        && (state.queue().oldestNs() >= STUCK_NS
                                || state.queue().mayHaveWaited(STUCK_NS)))
                .map(state -> Check.name(state.queue().socket()))
                .toList();
    }

    /** Returns whether accept fails because of a limit on open files, so that connections stay in the queue. */
    private static boolean isExplained(QueueState state, Observations seen) {
        return seen.lackFiles(
                state.queue().socket().inode(),
                state.targets().stream().map(ListenerHolder::tgid).toList());
    }

    /** Returns whether a listener is stuck, which explains long queues and waits. */
    static boolean explains(Observations seen, ObservedListener listener) {
        return seen.queues().queues().stream()
                .anyMatch(state -> isStuck(state, seen) && seen.listenerOf(state) == listener);
    }

    private static Finding finding(QueueState state, StuckThread thread, Set<Integer> acceptors) {
        ListenerQueue queue = state.queue();
        Map<String, Long> numbers = new HashMap<>(thread.numbers());
        numbers.put("waiting", queue.waiting());
        numbers.put("queue_max", queue.limit());
        WaitingConnection oldest = queue.oldest();
        numbers.put(oldest != null && oldest.atLeast() ? "oldest_at_least_ns" : "oldest_ns", queue.oldestNs());
        numbers.put("not_accepted_at_least_ns", state.stalledNs());
        return new Finding(
                Kind.STUCK,
                Severity.FAILURE,
                queue.socket(),
                state.targets().stream()
                        .map(ListenerHolder::tgid)
                        .distinct()
                        .sorted()
                        .toList(),
                "stuck on " + Check.name(queue.socket()) + ": " + sentence(state, thread),
                thread.remedy(acceptors),
                numbers);
    }

    private static String waiting(ListenerQueue queue, boolean behindClient) {
        long waiting = queue.waiting();
        String text =
                Units.plural(waiting, "connection waits", "connections wait") + (behindClient ? " behind it" : "");
        WaitingConnection oldest = queue.oldest();
        if (oldest == null) {
            return text;
        }
        String age = (oldest.atLeast() ? "at least " : "") + StuckThread.seconds(oldest.ageNs());
        return text + (waiting == 1 ? ", for " : ", the oldest ") + age;
    }
}
