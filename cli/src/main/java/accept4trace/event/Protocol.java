package accept4trace.event;

/**
 * The kind of a socket, as in socket(2).
 *
 * @param family AF_*
 * @param type SOCK_*
 * @param number IPPROTO_*, 0 for AF_UNIX
 * @param name the kernel's name of the protocol, e.g. "UNIX-STREAM"; empty for IP, may be empty for others
 */
public record Protocol(int family, int type, int number, String name) {}
