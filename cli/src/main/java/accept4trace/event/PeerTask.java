package accept4trace.event;

/**
 * The process at the other end of an AF_UNIX connection: the one that called connect.
 *
 * @param pid in the initial pid namespace
 * @param uid effective user id when it connected
 * @param comm its name, empty when it has ended
 */
public record PeerTask(int pid, int uid, byte[] comm) {}
