package accept4trace.event;

/**
 * One end of a connection, as the kernel knows it.
 *
 * @param address 4 or 16 bytes in network order; empty for families other than IP
 * @param port host order, 0 when not bound; for AF_VSOCK -1 when not bound
 * @param scopeId interface index of a link-local IPv6 address, else 0
 * @param name AF_UNIX: the raw name, empty when unnamed, beginning with a NUL byte when abstract
 * @param contextId AF_VSOCK: the machine
 */
public record Endpoint(byte[] address, int port, int scopeId, byte[] name, int contextId) {}
