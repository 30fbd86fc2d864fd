package accept4trace.event;

/**
 * One completed accept4 call.
 *
 * @param tgid process id, as users say; tid is the thread's
 * @param uid real user id of the caller, in the initial user namespace
 * @param threadComm name of the thread, raw bytes up to 15
 * @param processComm name of its process
 * @param enterNs CLOCK_MONOTONIC; when enterUnseen, the start of tracing
 * @param ret the new fd or a negative errno
 * @param addrlenIn what the caller passed, or null when it could not be read
 * @param addrlenOut what the call left there, or null
 * @param userAddress what the call left in the caller's buffer, clipped to both lengths, or null
 * @param listener null when the fd was no socket
 * @param accepted the new socket, or null when there is none or it is unknown
 * @param peer its other end, null together with accepted
 * @param peerInode AF_UNIX: the client's socket, 0 when unknown
 * @param peerRacy accepted and peer were looked up after the call had returned, or not found so
 * @param waitNs from the end of the handshake to the accept, negative when unknown
 * @param queueLength connections still waiting after this accept, negative when unknown
 * @param queueMax the listener's limit
 */
public record AcceptEvent(
        int tgid,
        int tid,
        int uid,
        byte[] threadComm,
        byte[] processComm,
        long enterNs,
        long exitNs,
        boolean enterUnseen,
        int fd,
        long addressPointer,
        long addrlenPointer,
        int socketFlags,
        long ret,
        Integer addrlenIn,
        Integer addrlenOut,
        byte[] userAddress,
        KernelSocket listener,
        KernelSocket accepted,
        Endpoint peer,
        long peerInode,
        boolean peerRacy,
        long waitNs,
        long queueLength,
        long queueMax) {

    public boolean failed() {
        return ret < 0;
    }

    public long durationNs() {
        return exitNs - enterNs;
    }
}
