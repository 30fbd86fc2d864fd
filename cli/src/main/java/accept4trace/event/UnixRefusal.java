package accept4trace.event;

import org.jspecify.annotations.Nullable;

/**
 * A connect() of an AF_UNIX client that failed because the accept queue of the listener was full.
 *
 * @param timeNs when the call failed, CLOCK_MONOTONIC
 * @param listener the listening socket. If its inode is 0, only the address that the client passed is known
 * @param netns inode of the network namespace
 * @param mntns inode of the client's mount namespace, 0 if unknown
 * @param errno the error of the call
 * @param client the process that called connect(), with its name at that time
 * @param queue the accept queue at that time; null if unknown
 */
public record UnixRefusal(
        long timeNs,
        KernelSocket listener,
        long netns,
        long mntns,
        int errno,
        PeerTask client,
        Refusal.@Nullable Queue queue) {
    public boolean knowsListener() {
        return listener.inode() != 0;
    }

    /** Returns this refusal with the listener that has been found by its name. */
    public UnixRefusal by(KernelSocket found) {
        return new UnixRefusal(timeNs, found, netns, mntns, errno, client, queue);
    }
}
