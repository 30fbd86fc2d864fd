package accept4trace.event;

/**
 * The process at the other end of an AF_UNIX connection: the one that called connect.
 *
 * @param pid process id in the tracer's PID namespace
 * @param uid effective user id at the connect, in the initial user namespace
 * @param comm its name at the accept, raw bytes; empty if it has ended
 */
public record PeerTask(int pid, int uid, byte[] comm) {}
