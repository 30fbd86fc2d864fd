package accept4trace.format;

import accept4trace.event.OpenFile;

/** Tells what a file descriptor of a process refers to. */
public interface OpenFiles {
    /** Knows nothing. */
    OpenFiles UNKNOWN = (tgid, fd, inode) -> null;

    /** Null when it no longer refers to the file with this inode number. */
    OpenFile describe(int tgid, int fd, long inode);
}
