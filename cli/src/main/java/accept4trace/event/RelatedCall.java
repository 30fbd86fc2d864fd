package accept4trace.event;

/**
 * One completed call of a listener's life other than an accept: bind, listen, or one that waited for many files at once
 * and ended with a listener ready.
 *
 * @param syscall its name
 * @param tgid process id, as users say; tid is the thread's
 * @param threadComm name of the thread, raw bytes up to 15
 * @param processComm name of its process
 * @param uid real user id of the caller, in the initial user namespace
 * @param enterNs CLOCK_MONOTONIC; the start of tracing when beginning says so
 * @param arguments as passed, in order; more than the call has
 * @param ret a number of files, 0 or a negative errno
 * @param ending how it ended; ret counts only if it RETURNED
 * @param fd the socket's; of a call that waited the first listener it found ready
 * @param userAddress of bind: the address as it stands in the caller's memory, or null
 * @param listener the socket after the call; null when the fd was no socket
 * @param fileInode of the file behind an fd that was no socket, 0 when it was not open
 * @param ready listeners that were found ready, 0 when the call was not to wait
 * @param netns inode of the listener's network namespace, 0 when unknown
 * @param queueLength of listen: connections waiting, negative when unknown
 * @param queueMax the listener's limit, as the kernel took it
 * @param stack the caller's, null where none was asked for
 */
public record RelatedCall(
        String syscall,
        int tgid,
        int tid,
        byte[] threadComm,
        byte[] processComm,
        int uid,
        long enterNs,
        long exitNs,
        Beginning beginning,
        long[] arguments,
        long ret,
        Ending ending,
        int fd,
        byte[] userAddress,
        KernelSocket listener,
        long fileInode,
        int ready,
        long netns,
        long queueLength,
        long queueMax,
        UserStack stack) {

    /** Its thread saw it fail. */
    public boolean failed() {
        return ending == Ending.RETURNED && ret < 0;
    }

    /** How long it took is known, and not only at the least. */
    public boolean hasDuration() {
        return beginning == Beginning.SEEN;
    }

    public long durationNs() {
        return exitNs - enterNs;
    }
}
