package accept4trace.format;

import accept4trace.event.CallStack;
import accept4trace.event.Endpoint;
import accept4trace.event.Endpoint.Ip;
import accept4trace.event.OpenFile;
import accept4trace.event.UserStack;
import org.jspecify.annotations.Nullable;

/** What is asked about processes and their peers when a line is written, which may be too late, or too early. */
public interface ProcessDetails {
    /** What an fd refers to; null when it no longer refers to the file with this inode number. */
    @Nullable
    OpenFile openFile(int tgid, int fd, long inode);

    /** Path of a cgroup in the unified hierarchy that the process was in, raw bytes; null when unknown. */
    byte @Nullable [] cgroup(int tgid, long id);

    /** The functions on a stack that one of its threads had. */
    default CallStack stack(int tgid, UserStack stack) {
        return CallStack.NONE;
    }

    /** The name of the machine with this IP address; null when it has none, or it is not known yet. */
    default @Nullable String hostName(byte[] address) {
        return null;
    }

    /** As above. Only IP addresses have host names. */
    default @Nullable String hostName(Endpoint end) {
        return end instanceof Ip ip ? hostName(ip.address()) : null;
    }
}
