package accept4trace.event;

/**
 * The process that called connect for an AF_UNIX connection.
 *
 * @param pid process id in the tracer's PID namespace
 * @param uid effective user id at the connect, in the initial user namespace
 * @param comm name of the process at the accept, raw bytes; empty if it had ended
 */
public record PeerTask(int pid, int uid, byte[] comm) {}
