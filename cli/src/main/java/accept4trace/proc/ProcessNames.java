package accept4trace.proc;

import accept4trace.text.FileNames;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Finds running processes by name. All names have one character per byte. */
public final class ProcessNames {
    /** The kernel cuts off longer names of threads. */
    private static final int MAX_COMM = 15;
    /** The kernel appends this to the path of an executable that has been deleted or replaced. */
    private static final String DELETED = " (deleted)";
    /** The longest path. */
    private static final int MAX_WORD = 4096;

    private final Processes processes;

    public ProcessNames(Processes processes) {
        this.processes = processes;
    }

    /** Returns the ids of all running processes with this name, except this process. */
    public List<Integer> find(String name) {
        int self = processes.self();
        return processes.all().stream()
                .filter(tgid -> tgid != self && hasName(tgid, name) && processes.isRunning(tgid))
                .toList();
    }

    /**
     * Returns whether the main thread, the executable or the first word of the command line of a process has this name.
     * Folders before the name are ignored.
     */
    public boolean hasName(int tgid, String name) {
        String comm = new String(processes.comm(tgid), StandardCharsets.ISO_8859_1);
        if (name.equals(comm)) {
            return true;
        }
        String program = withoutFolders(program(tgid));
        String word = withoutFolders(ProcText.before(processes.commandLine(tgid, MAX_WORD), '\0'));
        return name.equals(program) || name.equals(word) || isCutOff(comm, name, List.of(program, word));
    }

    private String program(int tgid) {
        String path = FileNames.encode(processes.program(tgid));
        return path.endsWith(DELETED) ? path.substring(0, path.length() - DELETED.length()) : path;
    }

    private static String withoutFolders(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /**
     * Returns whether {@code comm} can be {@code name}, cut off by the kernel. If another name of the process begins
     * with {@code comm}, it is the complete name, which differs from {@code name}. A script has no such other name,
     * because its executable is the interpreter.
     */
    private static boolean isCutOff(String comm, String name, List<String> others) {
        return comm.length() == MAX_COMM
                && name.startsWith(comm)
                && others.stream().noneMatch(other -> other.startsWith(comm));
    }
}
