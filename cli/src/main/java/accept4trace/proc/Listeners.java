package accept4trace.proc;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** Finds listening sockets and the processes that hold them. */
public final class Listeners {
    private static final List<String> IP_TABLES = List.of("tcp", "tcp6");
    private static final String TCP_LISTEN = "0A";
    private static final int IP_STATE = 3;
    private static final int IP_INODE = 9;

    private final Processes processes;

    /**
     * Processes that hold a listener.
     *
     * @param complete false if the files of some processes are unreadable
     */
    public record Owners(List<Integer> tgids, boolean complete) {}

    public Listeners(Processes processes) {
        this.processes = processes;
    }

    /** Returns the processes that hold a listener bound to one of the ports, in any network namespace. */
    public Owners owners(List<Integer> ports) {
        Map<Long, Set<String>> sockets = new HashMap<>();
        List<Integer> owners = new ArrayList<>();
        boolean complete = true;
        for (int tgid : processes.all()) {
            try {
                long namespace = processes.networkNamespace(tgid);
                Set<String> wanted = sockets.get(namespace);
                if (wanted == null) {
                    wanted = listeningOn(tgid, ports);
                    /* Race: if the process has just ended, its table was empty and must not be cached. */
                    if (namespace != 0 && processes.networkNamespace(tgid) == namespace) {
                        sockets.put(namespace, wanted);
                    }
                }
                if (!wanted.isEmpty() && processes.holds(tgid, wanted::contains)) {
                    owners.add(tgid);
                }
            } catch (UnreadableException e) {
                complete = false;
            }
        }
        return new Owners(owners, complete);
    }

    private Set<String> listeningOn(int tgid, List<Integer> ports) throws UnreadableException {
        Set<String> sockets = new HashSet<>();
        forEachTcpListener(tgid, columns -> {
            if (ports.contains(port(columns[1]))) {
                sockets.add(socket(columns[IP_INODE]));
            }
        });
        return sockets;
    }

    private void forEachTcpListener(int tgid, Consumer<String[]> action) throws UnreadableException {
        for (String table : IP_TABLES) {
            forEachRow(tgid, table, IP_INODE, columns -> {
                if (columns[IP_STATE].equals(TCP_LISTEN)) {
                    action.accept(columns);
                }
            });
        }
    }

    private void forEachRow(int tgid, String table, int lastColumn, Consumer<String[]> action)
            throws UnreadableException {
        processes.forEachRow(tgid, table, line -> {
            String[] columns = line.trim().split("\\s+");
            if (columns.length > lastColumn) {
                action.accept(columns);
            }
        });
    }

    private static String socket(String inode) {
        return "socket:[" + inode + "]";
    }

    /** Parses the port of an address such as "0100007F:0050"; -1 if it has none. */
    private static int port(String address) {
        return ProcText.integer(address.substring(address.indexOf(':') + 1), 16, -1);
    }
}
