package accept4trace.diagnose;

/** Facts about a server in addition to its calls. They are unknown if the process or the file no longer exists. */
public interface ServerFacts {
    long UNKNOWN = -1;

    /** Whether open files of a process are readable; false if privileges for processes of its user are missing. */
    boolean isReadable(int tgid);

    /** The flags of an fd as in open(2); negative if the fd is not, or no longer, the socket with this inode. */
    int openFlags(int tgid, int fd, long inode);

    /** Whether a thread sleeps in a system call. */
    boolean isAsleep(int tgid, int tid);

    /** The events for which an epoll instance watches a socket; 0 if it does not. */
    int watchedEvents(int tgid, int epollFd, long inode);

    /** Whether a process has only one thread. */
    boolean hasOneThread(int tgid);

    /** Whether a process has a child that runs a different program. */
    boolean runsOtherPrograms(int tgid);

    /** The limit on open files of a process. */
    long openFileLimit(int tgid);

    /** The limit on open files of all processes together. */
    long machineFileLimit();
}
