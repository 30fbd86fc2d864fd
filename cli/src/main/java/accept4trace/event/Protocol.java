package accept4trace.event;

/**
 * What kind of socket it is, as in socket(2).
 *
 * @param family AF_*
 * @param type SOCK_*
 * @param number IPPROTO_*, 0 for AF_UNIX
 * @param name the kernel's, for families other than IP; may be empty
 */
public record Protocol(int family, int type, int number, String name) {}
