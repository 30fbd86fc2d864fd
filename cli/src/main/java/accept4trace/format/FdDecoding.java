package accept4trace.format;

/** What is shown of a file descriptor beside its number; the words are strace's. */
public enum FdDecoding {
    PATH,
    SOCKET,
    DEV
}
