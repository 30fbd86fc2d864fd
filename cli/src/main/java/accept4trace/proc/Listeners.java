package accept4trace.proc;

import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Which listening sockets a process holds. */
public final class Listeners {
    private static final List<String> IP_TABLES = List.of("tcp", "tcp6");
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

    /** Connections in the accept queues of the process's TCP listeners. */
    public long waiting(int tgid) {
        Set<String> own = processes.openFiles(tgid);
        long waiting = 0;
        for (String table : IP_TABLES) {
            for (String[] columns : rows(tgid, table, 9)) {
                if (columns[3].equals(TCP_LISTEN) && own.contains("socket:[" + columns[9] + "]")) {
                    waiting += Long.parseLong(columns[4].substring(columns[4].indexOf(':') + 1), 16);
                }
            }
        }
        return waiting;
    }

    /** Processes that hold a listener bound to one of the ports, in our own network namespace. */
    public List<Integer> owners(List<Integer> ports) {
        Set<String> sockets = new HashSet<>();
        for (String table : IP_TABLES) {
            for (String[] columns : rows(processes.self(), table, 9)) {
                if (columns[3].equals(TCP_LISTEN) && ports.contains(port(columns[1]))) {
                    sockets.add("socket:[" + columns[9] + "]");
                }
            }
        }
        return sockets.isEmpty()
                ? List.of()
                : processes.all().stream()
                        .filter(tgid -> !Collections.disjoint(processes.openFiles(tgid), sockets))
                        .toList();
    }

    /** Of "0100007F:0050". */
    private static int port(String address) {
        return Integer.parseInt(address.substring(address.indexOf(':') + 1), 16);
    }

    /** Every listener of the process's network namespace, as "socket:[inode]". */
    private Set<String> listening(int tgid) {
        Set<String> found = new HashSet<>();
        for (String table : IP_TABLES) {
            add(found, tgid, table, 3, TCP_LISTEN, 9);
        }
        add(found, tgid, "unix", 3, UNIX_LISTENING, 6);
        return found;
    }

    private void add(Set<String> found, int tgid, String table, int column, String value, int inodeColumn) {
        for (String[] columns : rows(tgid, table, inodeColumn)) {
            if (columns[column].equals(value)) {
                found.add("socket:[" + columns[inodeColumn] + "]");
            }
        }
    }

    private List<String[]> rows(int tgid, String table, int lastColumn) {
        return processes.netTable(tgid, table).stream()
                .map(line -> line.trim().split("\\s+"))
                .filter(columns -> columns.length > lastColumn)
                .toList();
    }
}
