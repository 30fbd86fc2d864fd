package accept4trace.event;

/**
 * A socket of the traced server.
 *
 * @param inode its number in sockfs, 0 when unknown
 * @param family AF_*
 * @param type SOCK_STREAM and its kin
 * @param protocol IPPROTO_*, 0 for AF_UNIX
 * @param state TCP_LISTEN and its kin (include/net/tcp_states.h), used for every family
 * @param local its own end
 */
public record KernelSocket(long inode, int family, int type, int protocol, int state, Endpoint local) {
    private static final int TCP_LISTEN = 10;

    public boolean isListening() {
        return state == TCP_LISTEN;
    }
}
