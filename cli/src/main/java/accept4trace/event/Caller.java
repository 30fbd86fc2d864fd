package accept4trace.event;

import org.jspecify.annotations.Nullable;

/**
 * The thread that made a call. Ids are those of the initial pid and user namespaces.
 *
 * @param tgid the process id, as users know it
 * @param tid the thread id
 * @param uid real user id
 * @param threadComm name of the thread, up to 15 raw bytes
 * @param processComm name of the process
 * @param cgroup id of its cgroup in the unified hierarchy
 * @param stack null if stacks are not recorded
 */
public record Caller(
        int tgid, int tid, int uid, byte[] threadComm, byte[] processComm, long cgroup, @Nullable UserStack stack) {
    /** Returns a copy to keep: stacks are large. */
    Caller withoutStack() {
        return stack == null ? this : new Caller(tgid, tid, uid, threadComm, processComm, cgroup, null);
    }
}
