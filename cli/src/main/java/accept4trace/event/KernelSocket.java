package accept4trace.event;

/**
 * A socket of the traced server.
 *
 * @param inode its number in sockfs, 0 when unknown
 * @param family AF_*
 * @param type SOCK_STREAM and its kin
 * @param protocol IPPROTO_*, 0 for AF_UNIX
 * @param protocolName the kernel's, for families other than IP; may be empty
 * @param state TCP_LISTEN and its kin (include/net/tcp_states.h), used for every family
 * @param local its own end
 * @param remote the other end, null for a listener
 * @param remoteInode AF_UNIX: the socket at the other end, 0 when unknown
 */
public record KernelSocket(
        long inode,
        int family,
        int type,
        int protocol,
        String protocolName,
        int state,
        Endpoint local,
        Endpoint remote,
        long remoteInode) {
    private static final int TCP = 6;
    private static final int TCP_CLOSE = 7;

    /** A connection that its peer has reset. */
    public boolean isReset() {
        return protocol == TCP && state == TCP_CLOSE;
    }
}
