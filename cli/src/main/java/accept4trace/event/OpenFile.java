package accept4trace.event;

/**
 * What a file descriptor refers to.
 *
 * @param path raw bytes, as "/dev/null" or "pipe:[123]"
 * @param deleted the path is no more
 * @param device 'c' or 'b' for a device, else 0
 * @param major of the device
 * @param minor of the device
 */
public record OpenFile(byte[] path, boolean deleted, char device, int major, int minor) {}
