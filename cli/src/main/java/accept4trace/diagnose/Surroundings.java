package accept4trace.diagnose;

/** What the machine knows of a server beside its calls. Processes and files may be gone: then it knows nothing. */
public interface Surroundings {
    long UNKNOWN = -1;

    /** Flags as open(2) has them of an fd, negative when it is not (or no longer) the socket with this inode. */
    int openFlags(int tgid, int fd, long inode);

    /** Whether a thread sleeps in a system call. */
    boolean isAsleep(int tgid, int tid);

    /** The events for which an epoll instance watches a socket, 0 when it does not. */
    int watchedEvents(int tgid, int epollFd, long inode);

    /** Whether a process has one thread only. */
    boolean hasOneThread(int tgid);

    /** Whether a process has a child that runs another program than itself. */
    boolean runsOtherPrograms(int tgid);

    /** Most files that a process may have open. */
    long openFileLimit(int tgid);

    /** Most files that all processes may have open. */
    long machineFileLimit();

    /** Most that listen() grants as a backlog in the network namespace of a process. */
    long somaxconn(int tgid);
}
