package accept4trace.diagnose;

/** Facts about a server that its calls do not show. They are unknown if the process or the file no longer exists. */
public interface ServerFacts {
    long UNKNOWN = -1;

    /** Returns whether the open files of a process are readable; false only if privileges for that are missing. */
    boolean isReadable(int tgid);

    /** Returns the flags of an fd as in open(2); negative if the fd does not refer to the socket with this inode. */
    int openFlags(int tgid, int fd, long inode);

    /** Returns whether a thread sleeps in a system call. */
    boolean isAsleep(int tgid, int tid);

    /**
     * Returns the events for which an epoll instance watches a socket; 0 if it does not watch the socket, or if its
     * process {@linkplain #isReadable cannot be read}; {@link #UNKNOWN} if a recording does not contain the answer.
     */
    int watchedEvents(int tgid, int epollFd, long inode);

    /** Returns whether a process or thread exists, and is not a zombie. */
    boolean isRunning(int tgid);

    /** Returns whether a process has only one thread. */
    boolean hasOneThread(int tgid);

    /** Returns whether a process has a descendant that runs a different program at this moment. */
    boolean runsOtherPrograms(int tgid);

    /** Returns a process's limit on open files. */
    long openFileLimit(int tgid);

    /** Returns the machine's limit, i.e. how many files all processes together can open. */
    long machineFileLimit();

    /**
     * Returns how many connection attempts a network namespace has refused during the run because an accept queue was
     * full.
     *
     * @param netns inode
     */
    long overflows(long netns);
}
