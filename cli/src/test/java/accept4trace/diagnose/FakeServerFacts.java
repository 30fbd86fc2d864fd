package accept4trace.diagnose;

import accept4trace.format.SocketFlags;

/** A fake machine on which all processes are alike. */
final class FakeServerFacts implements ServerFacts {

    int openFlags = SocketFlags.CLOEXEC | SocketFlags.NONBLOCK;
    boolean asleep = true;
    int watchedEvents = 1;
    /** Runs before epoll instances are read. */
    Runnable beforeWatched = () -> {};

    boolean running = true;
    boolean oneThread = true;
    boolean otherPrograms;
    boolean readable = true;
    long openFileLimit = 1024;
    long overflows;
    /** How often the limits on open files were read. */
    int limitReads;

    @Override
    public boolean isReadable(int tgid) {
        return readable;
    }

    @Override
    public int openFlags(int tgid, int fd, long inode) {
        return openFlags;
    }

    @Override
    public boolean isAsleep(int tgid, int tid) {
        return asleep;
    }

    @Override
    public int watchedEvents(int tgid, int epollFd, long inode) {
        beforeWatched.run();
        return watchedEvents;
    }

    @Override
    public boolean isRunning(int tgid) {
        return running;
    }

    @Override
    public boolean hasOneThread(int tgid) {
        return oneThread;
    }

    @Override
    public boolean runsOtherPrograms(int tgid) {
        return otherPrograms;
    }

    @Override
    public long openFileLimit(int tgid) {
        limitReads++;
        return openFileLimit;
    }

    @Override
    public long machineFileLimit() {
        limitReads++;
        return 100_000;
    }

    @Override
    public long overflows(long netns) {
        return overflows;
    }
}
