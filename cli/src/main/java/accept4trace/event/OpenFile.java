package accept4trace.event;

/**
 * The file that a file descriptor refers to.
 *
 * @param path raw bytes, e.g. "/dev/null" or "pipe:[123]"
 * @param deleted the file has been deleted
 * @param device 'c' or 'b' for a device, else 0
 * @param major device number
 * @param minor device number
 */
public record OpenFile(byte[] path, boolean deleted, char device, int major, int minor) {}
