package accept4trace.event;

/**
 * A client that has reset its connection before the accept.
 *
 * @param atNs when the reset arrived, CLOCK_MONOTONIC
 * @param listener the listening socket; its inode is 0 if only an address is known
 * @param connection the connection, with its peer
 * @param waitNs how long the connection was in the accept queue; negative if unknown
 */
public record GivenUp(long atNs, ListenerFd listener, KernelSocket connection, long waitNs) {}
