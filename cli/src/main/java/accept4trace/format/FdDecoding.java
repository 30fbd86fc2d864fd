package accept4trace.format;

/** Details to show after the number of a file descriptor, with strace's words. */
public enum FdDecoding {
    PATH,
    SOCKET,
    DEV
}
