package accept4trace.proc;

import java.util.HashSet;
import java.util.Set;

/** Which listening sockets a process holds. */
public final class Listeners {
    private static final String TCP_LISTEN = "0A";
    /** __SO_ACCEPTCON in the Flags column of /proc/net/unix. */
    private static final String UNIX_LISTENING = "00010000";

    private final Processes processes;

    public Listeners(Processes processes) {
        this.processes = processes;
    }

    public boolean hasAny(int tgid) {
        Set<String> sockets = listening(tgid);
        sockets.retainAll(processes.openFiles(tgid));
        return !sockets.isEmpty();
    }

    /** Every listener of the process's network namespace, as "socket:[inode]". */
    private Set<String> listening(int tgid) {
        Set<String> found = new HashSet<>();
        for (String table : new String[] {"tcp", "tcp6"}) {
            add(found, tgid, table, 3, TCP_LISTEN, 9);
        }
        add(found, tgid, "unix", 3, UNIX_LISTENING, 6);
        return found;
    }

    private void add(Set<String> found, int tgid, String table, int column, String value, int inodeColumn) {
        for (String line : processes.netTable(tgid, table)) {
            String[] columns = line.trim().split("\\s+");
            if (columns.length > inodeColumn && columns[column].equals(value)) {
                found.add("socket:[" + columns[inodeColumn] + "]");
            }
        }
    }
}
