package accept4trace.proc;

import java.util.Arrays;
import java.util.List;

/** Reads /proc/PID/fdinfo: the flags of sockets, and the events for which epoll instances watch sockets. */
public final class OpenSockets {
    private static final String FLAGS = "flags:";
    private static final String WATCHED = "tfd:";
    private static final String EVENTS = "events:";
    private static final String INODE = "ino:";

    private final Processes processes;

    public OpenSockets(Processes processes) {
        this.processes = processes;
    }

    /**
     * Returns the flags of an fd as passed to open(2), including O_CLOEXEC.
     *
     * @return negative if the fd is not the socket with this inode, or the flags are unknown
     */
    public int flags(int tgid, int fd, long inode) {
        if (!processes.openFile(tgid, fd).equals("socket:[" + inode + "]")) {
            return -1;
        }
        return processes.fdInfo(tgid, fd).stream()
                .filter(line -> line.startsWith(FLAGS))
                .mapToInt(
                        line -> ProcText.integer(line.substring(FLAGS.length()).trim(), 8, -1))
                .findFirst()
                .orElse(-1);
    }

    /** Returns the events for which an epoll instance watches the socket with this inode; 0 if it does not watch it. */
    public int watchedEvents(int tgid, int epollFd, long inode) {
        return processes.fdInfo(tgid, epollFd).stream()
                .filter(line -> line.startsWith(WATCHED))
                .map(line -> Arrays.asList(line.split("\\s+")))
                .filter(words -> word(words, INODE).equals(Long.toHexString(inode)))
                .mapToInt(words -> (int) ProcText.number(word(words, EVENTS), 16, 0))
                .findFirst()
                .orElse(0);
    }

    /** Returns the value after a name, with or without spaces between them; "0" if the name is missing. */
    private static String word(List<String> words, String name) {
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            if (word.startsWith(name)) {
                return word.length() > name.length() || i + 1 == words.size()
                        ? word.substring(name.length())
                        : words.get(i + 1);
            }
        }
        return "0";
    }
}
