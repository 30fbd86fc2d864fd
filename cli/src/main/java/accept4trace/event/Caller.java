package accept4trace.event;

import org.jspecify.annotations.Nullable;

/**
 * The thread that made a call.
 *
 * @param tgid process id in the tracer's PID namespace
 * @param tid thread id in the tracer's PID namespace
 * @param uid real user id in the initial user namespace
 * @param threadComm name of the thread, up to 15 raw bytes
 * @param processComm name of the main thread, up to 15 raw bytes
 * @param cgroup id of the cgroup in the unified hierarchy
 * @param stack null if stacks are not recorded
 */
public record Caller(
        int tgid, int tid, int uid, byte[] threadComm, byte[] processComm, long cgroup, @Nullable UserStack stack) {
    /** Returns a copy without the user stack, which is large. */
    Caller withoutStack() {
        return stack == null ? this : new Caller(tgid, tid, uid, threadComm, processComm, cgroup, null);
    }
}
