package accept4trace.queue;

import accept4trace.event.Endpoint;
import accept4trace.event.KernelSocket;
import java.util.List;

/** Knows whether targets hold a listening socket, by its inode. One thread at a time may call the methods. */
public interface ListenerHolders {
    /** Who holds a socket. */
    enum Holder {
        TARGET,
        /** No target has held the socket. */
        OTHER,
        /** No process holds the socket any more, and a target may have held it. */
        NOBODY,
        /** The next snapshot can show who holds it. */
        UNKNOWN
    }

    /** Adds a socket that a target has opened. All that targets open after the first snapshot must be added. */
    void add(long inode);

    /** Returns a number that changes when unknown holders may have become known, except by {@link #add}. */
    long version();

    /**
     * Returns who held a socket at the given time. Once TARGET is returned for a socket, later calls return TARGET for
     * any {@code atNs}, unless the socket has been forgotten to save memory.
     *
     * @param atNs CLOCK_MONOTONIC, in nanoseconds
     */
    Holder holder(long inode, long atNs);

    /**
     * Adds an AF_UNIX socket that a target has opened.
     *
     * @param netns inode of its network namespace
     * @param mntns inode of the target's mount namespace, 0 if unknown
     */
    void add(KernelSocket socket, long netns, long mntns);

    /**
     * Returns the AF_UNIX listeners that a client could reach by this name, among those that snapshots or {@link #add}
     * have shown. Returns none for a relative path, whose folder is unknown.
     *
     * @param netns inode of the client's network namespace
     * @param mntns inode of its mount namespace, 0 if unknown
     */
    List<KernelSocket> named(Endpoint name, long netns, long mntns);

    /**
     * Returns whether the latest snapshot began at the given time or later. If so, a name that {@link #named} does not
     * find need not be looked for again.
     *
     * @param atNs CLOCK_MONOTONIC, in nanoseconds
     */
    boolean isSince(long atNs);

    /** Begins a snapshot, unless one is in progress or the last one was taken just now. Never blocks. */
    void refresh();

    /** Takes a snapshot and waits for it, at most some seconds. */
    void takeNow();
}
