package accept4trace.queue;

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
     * Returns who held a socket at the given time. Once TARGET is returned for a socket, later calls usually return it
     * at any time.
     *
     * @param atNs CLOCK_MONOTONIC, in nanoseconds
     */
    Holder holder(long inode, long atNs);

    /** Begins a snapshot, unless one is in progress or the last one was taken just now. Never blocks. */
    void refresh();

    /** Takes a snapshot and waits for it, at most some seconds. */
    void takeNow();
}
