package accept4trace.format;

import accept4trace.event.CallStack;
import accept4trace.event.Endpoint;
import accept4trace.event.Endpoint.Ip;
import accept4trace.event.OpenFile;
import accept4trace.event.UserStack;
import org.jspecify.annotations.Nullable;

/** Looks up details of processes and peers at output time. Best effort, because the process may have ended by then. */
public interface ProcessDetails {
    /** Returns the file that an fd refers to; null if the fd no longer refers to the file with this inode number. */
    @Nullable
    OpenFile openFile(int tgid, int fd, long inode);

    /**
     * Returns the path of a cgroup in the unified hierarchy, raw bytes; null if unknown.
     *
     * @param tgid a process that was in the cgroup
     * @param id id of the cgroup
     */
    byte @Nullable [] cgroup(int tgid, long id);

    /** Returns the frames of a stack that was recorded for a thread of the process. */
    default CallStack stack(int tgid, UserStack stack) {
        return CallStack.NONE;
    }

    /**
     * Returns the name of a network interface, raw bytes; null if unknown.
     *
     * @param index as in sin6_scope_id
     * @param netns inode of the network namespace that the index belongs to, 0 = unknown
     */
    default byte @Nullable [] interfaceName(int index, long netns) {
        return null;
    }

    /** Returns the host name of an IP address; null if it has none or the lookup has not finished. */
    default @Nullable String hostName(byte[] address) {
        return null;
    }

    /** Like {@link #hostName(byte[])}, but for an endpoint; returns null if it is not an IP address. */
    default @Nullable String hostName(Endpoint end) {
        return end instanceof Ip ip ? hostName(ip.address()) : null;
    }
}
