package accept4trace.event;

/**
 * One completed accept4 call.
 *
 * @param syscall "accept4" or "accept"
 * @param via how it was accepted when not by a native system call, else null; arguments and ret are then unknown
 * @param tgid process id, as users say; tid is the thread's
 * @param uid real user id of the caller, in the initial user namespace
 * @param threadComm name of the thread, raw bytes up to 15
 * @param processComm name of its process
 * @param enterNs CLOCK_MONOTONIC; exitNs when the call was not seen to begin, but for BEFORE_TRACING
 * @param ret the new fd or a negative errno
 * @param ending how it ended; ret counts only if it RETURNED
 * @param addrlenIn what the caller passed, or null when it could not be read
 * @param addrlenOut what the call left there, or null
 * @param userAddress what the call left in the caller's buffer, clipped to both lengths, or null
 * @param listener null when the fd was no socket
 * @param fileInode of the file behind an fd that was no socket, 0 when it was not open
 * @param accepted the new socket, or null when there is none or it is unknown
 * @param peerRacy accepted was looked up after the call had returned, or not found so
 * @param peerTask who connected, or null when unknown
 * @param acceptedNs when the connection was taken off the queue, CLOCK_MONOTONIC; 0 when unknown
 * @param waitNs from the end of the handshake to the accept, negative when unknown
 * @param queueLength connections still waiting after this accept, negative when unknown
 * @param queueMax the listener's limit
 * @param ahead connections of the listener that were accepted while this one waited: those before it in the queue;
 *     negative when unknown
 * @param drops connections the listener has refused since its last accept that was seen, negative when unknown
 * @param reusePort the listener has SO_REUSEPORT
 * @param passCredentials the listener has SO_PASSCRED
 * @param netns inode of the listener's network namespace, 0 when unknown
 * @param cgroup id of the caller's cgroup in the unified hierarchy
 * @param stack the caller's, null where none was asked for
 */
public record AcceptEvent(
        String syscall,
        String via,
        int tgid,
        int tid,
        int uid,
        byte[] threadComm,
        byte[] processComm,
        long enterNs,
        long exitNs,
        Beginning beginning,
        int fd,
        long addressPointer,
        long addrlenPointer,
        int socketFlags,
        long ret,
        Ending ending,
        Integer addrlenIn,
        Integer addrlenOut,
        byte[] userAddress,
        KernelSocket listener,
        long fileInode,
        KernelSocket accepted,
        boolean peerRacy,
        PeerTask peerTask,
        long acceptedNs,
        long waitNs,
        long queueLength,
        long queueMax,
        long ahead,
        long drops,
        boolean reusePort,
        boolean passCredentials,
        long netns,
        long cgroup,
        UserStack stack) {

    /** The same without its stack, which is large: for whoever keeps it. */
    public AcceptEvent withoutStack() {
        return stack == null
                ? this
                : new AcceptEvent(
                        syscall,
                        via,
                        tgid,
                        tid,
                        uid,
                        threadComm,
                        processComm,
                        enterNs,
                        exitNs,
                        beginning,
                        fd,
                        addressPointer,
                        addrlenPointer,
                        socketFlags,
                        ret,
                        ending,
                        addrlenIn,
                        addrlenOut,
                        userAddress,
                        listener,
                        fileInode,
                        accepted,
                        peerRacy,
                        peerTask,
                        acceptedNs,
                        waitNs,
                        queueLength,
                        queueMax,
                        ahead,
                        drops,
                        reusePort,
                        passCredentials,
                        netns,
                        cgroup,
                        null);
    }

    /** accept has none. */
    public boolean hasFlags() {
        return syscall.equals("accept4");
    }

    /** Its thread saw it fail. */
    public boolean failed() {
        return hasResult() && ret < 0;
    }

    public boolean hasResult() {
        return ending == Ending.RETURNED;
    }

    /** It gave its thread a connection. What seccomp answers, even with success, never ran. */
    public boolean isConnection() {
        return hasResult() && ret >= 0 && beginning != Beginning.BY_SECCOMP;
    }

    /** How long it took is known, and not only at the least. */
    public boolean hasDuration() {
        return via == null && beginning == Beginning.SEEN && ending != Ending.MISSED;
    }

    public long durationNs() {
        return exitNs - enterNs;
    }

    /**
     * From the moment when both the call and the connection were there to the call's return: what waking the thread and
     * accepting took. Negative when unknown.
     */
    public long wakeNs() {
        return waitNs < 0 || via != null || !beginning.isTimed() || ending == Ending.MISSED
                ? -1
                : exitNs - Math.max(enterNs, acceptedNs - waitNs);
    }

    /** A connection was taken off the queue, and dropped as the call failed. */
    public boolean lostConnection() {
        return accepted != null && accepted.family() != AddressFamily.ALG && ending != Ending.MISSED && !isConnection();
    }
}
