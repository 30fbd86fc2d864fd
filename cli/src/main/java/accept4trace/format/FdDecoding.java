package accept4trace.format;

/** Details to show after the number of a file descriptor, named as in strace. */
public enum FdDecoding {
    PATH,
    SOCKET,
    DEV
}
