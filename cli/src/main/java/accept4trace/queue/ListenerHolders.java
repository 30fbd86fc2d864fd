package accept4trace.queue;

import accept4trace.event.Endpoint;
import accept4trace.event.KernelSocket;
import org.jspecify.annotations.Nullable;

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

    /** How long the answer of {@link #named} is valid. */
    enum Validity {
        /** Until the next snapshot, which can show the listener. */
        UNTIL_SNAPSHOT,
        /** Only for the requested time. */
        ONLY_THEN,
        /** For later times too, until there is another answer. */
        ALSO_LATER
    }

    /**
     * The listener that had a name.
     *
     * @param socket null if there was none, if there were several, or if it is unknown
     */
    record Named(@Nullable KernelSocket socket, Validity validity) {
        public static final Named UNKNOWN = new Named(null, Validity.UNTIL_SNAPSHOT);
        /** The listener will never be known. */
        public static final Named NEVER = new Named(null, Validity.ONLY_THEN);
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
     * @param tgid the target
     * @param atNs when the target called listen(), CLOCK_MONOTONIC, in nanoseconds
     */
    void add(KernelSocket socket, long netns, long mntns, int tgid, long atNs);

    /**
     * Returns the AF_UNIX listener that a client reached by this name, among those that snapshots or {@link #add} have
     * shown. Returns {@link Named#NEVER} for a relative path, whose folder is unknown.
     *
     * @param netns inode of the client's network namespace
     * @param mntns inode of its mount namespace, 0 if unknown
     * @param atNs when the client called connect(), CLOCK_MONOTONIC, in nanoseconds
     * @param isRepeated whether the answer for this client was {@link Named#UNKNOWN} before
     */
    Named named(Endpoint name, long netns, long mntns, long atNs, boolean isRepeated);

    /**
     * Notes that a target has ended. Until the next snapshot, the names of listeners that no other process held are
     * unknown.
     *
     * @param atNs CLOCK_MONOTONIC, in nanoseconds
     */
    void exited(int tgid, long atNs);

    /**
     * Notes that a listener has been closed. Until the next snapshot, its name is unknown.
     *
     * @param inode 0 if it is unknown, which makes all names unknown
     * @param atNs CLOCK_MONOTONIC, in nanoseconds
     */
    void closed(long inode, long atNs);

    /** Begins a snapshot, unless one is in progress or the last one was taken just now. Never blocks. */
    void refresh();

    /** Takes a snapshot and waits for it, at most some seconds. */
    void takeNow();
}
