package accept4trace.format;

import accept4trace.event.OpenFile;

/** What is asked about a process when its line is written, which may be too late. */
public interface ProcessDetails {
    /** What an fd refers to; null when it no longer refers to the file with this inode number. */
    OpenFile openFile(int tgid, int fd, long inode);

    /** Path of a cgroup in the unified hierarchy that the process was in, raw bytes; null when unknown. */
    byte[] cgroup(int tgid, long id);
}
