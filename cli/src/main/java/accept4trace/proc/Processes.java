package accept4trace.proc;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.StringTokenizer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Reads details of processes from /proc. If a process has ended, methods return the value that means unknown. */
public final class Processes {
    private static final String UNIFIED = "0::";
    /** Enough for a server, its workers, their shells and the programs of the shells, plus one spare generation. */
    private static final int MAX_GENERATIONS = 5;
    /** Index of the flags in /proc/PID/stat, after the name. */
    private static final int STAT_FLAGS = 6;
    /** The process has not called execve(2) since its fork: include/linux/sched.h. */
    private static final long PF_FORKNOEXEC = 0x40;
    /** The thread has begun to exit. */
    private static final long PF_EXITING = 0x4;
    /** A signal ends the process. */
    private static final long PF_SIGNALED = 0x400;
    /** Signals that by default do not end a process, as a mask: CHLD, CONT, STOP, TSTP, TTIN, TTOU, URG, WINCH. */
    private static final long HARMLESS_SIGNALS = 0x87f_0000;

    private static final String OPEN_FILES = "Max open files";
    /** The message of ESRCH, for which Java has no specific exception. */
    private static final String NO_SUCH_PROCESS = "No such process";

    private final Path proc;

    /**
     * @param proc /proc, or a directory with copies of its files in a test
     */
    public Processes(Path proc) {
        this.proc = proc;
    }

    /** Returns the process id for a process or thread id; 0 if there is none or /proc does not show it. */
    public int tgid(int id) {
        return ProcText.integer(statusField(id, "Tgid:"), 10, 0);
    }

    /** Returns why the status of an existing id is unreadable, e.g. "Too many open files"; empty if it is readable. */
    public String unreadable(int id) {
        Path status = path(id, "status");
        try {
            ProcText.read(status);
            return "";
        } catch (IOException e) {
            String message = String.valueOf(e.getMessage());
            return path(id, "").toFile().exists()
                    ? message.substring(message.indexOf('(') + 1).replaceFirst("\\)$", "")
                    : "";
        }
    }

    /** Returns the name of the main thread, raw bytes. */
    public byte[] comm(int tgid) {
        byte[] comm = ProcText.bytes(path(tgid, "comm"));
        int length = comm.length > 0 && comm[comm.length - 1] == '\n' ? comm.length - 1 : comm.length;
        return Arrays.copyOf(comm, length);
    }

    public int threadCount(int tgid) {
        return ProcText.integer(statusField(tgid, "Threads:"), 10, 0);
    }

    /** Returns the number of threads on the machine (234 in "0.00 0.01 0.05 1/234 5678"), 0 if unknown. */
    public int machineThreadCount() {
        String load = ProcText.of(proc.resolve("loadavg")).strip();
        String[] counts = load.isEmpty() ? new String[0] : load.split("[ /]");
        return counts.length > 4 ? ProcText.integer(counts[4], 10, 0) : 0;
    }

    /** Returns the path of the cgroup in the unified hierarchy, raw bytes; null if there is none. */
    public byte @Nullable [] cgroup(int tgid) {
        return ProcText.of(path(tgid, "cgroup"))
                .lines()
                .filter(line -> line.startsWith(UNIFIED))
                .map(line -> line.substring(UNIFIED.length()).getBytes(StandardCharsets.ISO_8859_1))
                .findFirst()
                .orElse(null);
    }

    /**
     * Returns the path of the perf map below the root directory of the process. Its name contains the process id in the
     * innermost PID namespace.
     */
    String perfMap(int tgid) {
        String ids = statusField(tgid, "NSpid:");
        String innermost = ids.substring(ids.lastIndexOf('\t') + 1);
        return "tmp/perf-" + ProcText.integer(innermost, 10, 0) + ".map";
    }

    /** Returns whether a thread of the process still runs a program. False for zombies and kernel threads. */
    public boolean isRunning(int tgid) {
        return hasProgram(living(tgid));
    }

    /** Returns whether open files and memory maps are readable. False only if CAP_SYS_PTRACE is needed for that. */
    public boolean isReadable(int tgid) {
        try {
            Files.readSymbolicLink(livingPath(tgid, "exe"));
            return true;
        } catch (IOException e) {
            return !(e instanceof AccessDeniedException);
        }
    }

    /** Returns whether all threads are zombies or dead. False if the process does not exist. */
    public boolean hasEnded(int tgid) {
        String state = statusField(tgid, "State:");
        /* If the main thread ends first, it remains as a zombie. Other threads disappear when they end. */
        return (state.startsWith("Z") || state.startsWith("X"))
                && threads(tgid).stream().allMatch(tid -> tid == tgid);
    }

    /**
     * Returns whether a process has begun to end, or has a signal pending that ends it. False if it does not exist.
     */
    public boolean isEnding(int tgid) {
        List<Integer> threads = threads(tgid);
        return threads.stream().anyMatch(this::isSignaled)
                || (!threads.isEmpty() && threads.stream().allMatch(tid -> (flags(tid, 0) & PF_EXITING) != 0));
    }

    /** Reads the pending signals before the flags: PF_SIGNALED is only set once the signal is no longer pending. */
    private boolean isSignaled(int tid) {
        String status = ProcText.of(path(tid, "status"));
        long pending = signals(status, "SigPnd:") | signals(status, "ShdPnd:");
        long kept = signals(status, "SigBlk:") | signals(status, "SigIgn:") | signals(status, "SigCgt:");
        return (pending & ~kept & ~HARMLESS_SIGNALS) != 0 || (flags(tid, 0) & PF_SIGNALED) != 0;
    }

    /** Returns a mask, in which bit n-1 is signal n. */
    private static long signals(String status, String name) {
        return ProcText.unsigned(ProcText.field(status, name), 16, 0);
    }

    /** Returns whether a process that has existed has ended. Unlike {@link #hasEnded}, it may have been reaped. */
    public boolean isGone(int tgid) {
        return hasEnded(tgid) || (tgid(tgid) == 0 && unreadable(tgid).isEmpty());
    }

    /** Returns the effective user id, -1 if the process has ended. */
    int effectiveUser(int tgid) {
        String[] ids = statusField(tgid, "Uid:").split("\t");
        return ids.length < 2 ? -1 : ProcText.integer(ids[1], 10, -1);
    }

    /** Returns the id of this process; 0 if unknown. */
    int self() {
        return ProcText.integer(targetOf(proc.resolve("self")), 10, 0);
    }

    /** Returns the ids of all processes. */
    List<Integer> all() {
        return numbersIn(proc);
    }

    /** Returns the inode of the network namespace; 0 if the process does not exist or access is denied. */
    public long networkNamespace(int tgid) {
        try {
            String name = Files.readSymbolicLink(livingPath(tgid, "ns/net")).toString();
            return ProcText.number(ProcText.before(name.substring(name.indexOf('[') + 1), ']'), 10, 0);
        } catch (IOException e) {
            return 0;
        }
    }

    /** Returns the ids of the threads of a process. */
    public List<Integer> threads(int tgid) {
        return numbersIn(path(tgid, "task"));
    }

    public List<Integer> children(int tgid) {
        List<Integer> children = new ArrayList<>();
        for (int tid : threads(tgid)) {
            StringTokenizer ids = new StringTokenizer(ProcText.of(path(tgid, "task/" + tid + "/children")));
            while (ids.hasMoreTokens()) {
                addNumber(children, ids.nextToken());
            }
        }
        return children;
    }

    /**
     * Returns whether a process has an open file that matches; false if it has ended. Streams the directory, because
     * there can be a million files.
     *
     * @param file receives the target of each link, e.g. "socket:[123]"
     */
    public boolean holds(int tgid, Predicate<String> file) throws UnreadableException {
        Path folder = livingPath(tgid, "fd");
        try (DirectoryStream<Path> links = Files.newDirectoryStream(folder)) {
            for (Path link : links) {
                if (file.test(targetOf(link))) {
                    return true;
                }
            }
            return false;
        } catch (DirectoryIteratorException e) {
            return gone(folder, Objects.requireNonNull(e.getCause()));
        } catch (IOException e) {
            return gone(folder, e);
        }
    }

    /** Returns false if the failure means that the process has ended. Throws for any other failure. */
    private static boolean gone(Path file, IOException failure) throws UnreadableException {
        if (failure instanceof NoSuchFileException
                || String.valueOf(failure.getMessage()).contains(NO_SUCH_PROCESS)) {
            return false;
        }
        throw new UnreadableException(file, failure);
    }

    /** Returns the target of a link; empty if the fd has been closed meanwhile. */
    private static String targetOf(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException e) {
            return "";
        }
    }

    /** Returns whether the process has mapped a file of this name, e.g. a library or "anon_inode:[io_uring]". */
    public boolean hasMapped(int tgid, String name) {
        String maps = ProcText.of(livingPath(tgid, "maps"));
        return maps.contains("/" + name + "\n") || maps.contains(" " + name + "\n");
    }

    /** Returns what an fd refers to, e.g. "socket:[123]"; empty if it is not open. */
    String openFile(int tgid, int fd) {
        return targetOf(livingPath(tgid, "fd/" + fd));
    }

    /** Returns the lines of /proc/PID/fdinfo for an fd. */
    List<String> fdInfo(int tgid, int fd) {
        return ProcText.of(livingPath(tgid, "fdinfo/" + fd)).lines().toList();
    }

    /** Returns the soft limit of open files, -1 if unknown. */
    public long openFileLimit(int tgid) {
        return ProcText.of(path(tgid, "limits"))
                .lines()
                .filter(line -> line.startsWith(OPEN_FILES))
                .map(line -> line.substring(OPEN_FILES.length()).trim().split("\\s+", -1)[0])
                .mapToLong(soft -> soft.equals("unlimited") ? Long.MAX_VALUE : ProcText.number(soft, 10, -1))
                .findFirst()
                .orElse(-1);
    }

    /**
     * Returns whether a descendant of the process runs a different program. Also finds descendants that have ended but
     * that their parent has not waited for.
     */
    public boolean runsOtherPrograms(int tgid) {
        return hasDescendantOutside(program(tgid), tgid, MAX_GENERATIONS);
    }

    private boolean hasDescendantOutside(String program, int tgid, int generations) {
        for (int child : generations == 0 ? List.<Integer>of() : children(tgid)) {
            if (isOutside(program, child) || hasDescendantOutside(program, child, generations - 1)) {
                return true;
            }
        }
        return false;
    }

    private boolean isOutside(String program, int child) {
        String other = program(child);
        boolean known = !program.isEmpty() && !other.isEmpty();
        return known ? !other.equals(program) : hasExecuted(child);
    }

    /** Returns whether a process has called execve(2) since its fork; false if unknown. Also works for a zombie. */
    private boolean hasExecuted(int tgid) {
        return (flags(tgid, PF_FORKNOEXEC) & PF_FORKNOEXEC) == 0;
    }

    /** Returns the flags PF_... of a thread, also of a zombie. {@code otherwise}: the result if they are unknown. */
    private long flags(int tid, long otherwise) {
        String stat = ProcText.of(path(tid, "stat"));
        /* The name ends at the last parenthesis, and can itself contain blanks and parentheses. */
        String[] fields = stat.substring(stat.lastIndexOf(')') + 1).trim().split(" ", -1);
        return fields.length > STAT_FLAGS ? ProcText.number(fields[STAT_FLAGS], 10, otherwise) : otherwise;
    }

    /** Returns the path of the program, empty if unknown. */
    String program(int tgid) {
        try {
            return Files.readSymbolicLink(livingPath(tgid, "exe")).toString();
        } catch (IOException e) {
            return "";
        }
    }

    /** Returns at most {@code most} bytes of the command line, whose words end with NUL; one character per byte. */
    String commandLine(int tgid, int most) {
        return ProcText.beginning(livingPath(tgid, "cmdline"), most);
    }

    /** Returns the number of the system call in which a thread is blocked, or -1. */
    public int currentSyscall(int tgid, int tid) {
        String line = ProcText.of(path(tgid, "task/" + tid + "/syscall"));
        /* The file contains "running" if the thread is not blocked: see proc_pid_syscall() in fs/proc/base.c. */
        return ProcText.integer(ProcText.before(line, ' '), 10, -1);
    }

    /**
     * Returns the counter ListenOverflows of the network namespace of a process; {@link ListenOverflows#UNKNOWN} if it
     * is unreadable. A line with the names of counters comes before the line with their values.
     */
    long listenOverflows(int tgid) {
        List<String[]> lines = ProcText.of(livingPath(tgid, "net/netstat"))
                .lines()
                .filter(line -> line.startsWith("TcpExt:"))
                .map(line -> line.split(" ", -1))
                .toList();
        int column = lines.size() < 2 ? -1 : Arrays.asList(lines.get(0)).indexOf("ListenOverflows");
        return column < 0 || column >= lines.get(1).length
                ? ListenOverflows.UNKNOWN
                : ProcText.number(lines.get(1)[column], 10, ListenOverflows.UNKNOWN);
    }

    private String statusField(int id, String name) {
        return ProcText.field(ProcText.of(path(id, "status")), name);
    }

    private Path path(int id, String file) {
        return proc.resolve(Integer.toString(id)).resolve(file);
    }

    /**
     * Returns the path of a file of a process in /proc. Use this for files that become empty or disappear when their
     * thread ends. If the main thread has ended, uses another thread's id, because /proc/TID exists for every thread.
     */
    private Path livingPath(int tgid, String file) {
        return path(living(tgid), file);
    }

    private int living(int tgid) {
        return hasProgram(tgid)
                ? tgid
                : threads(tgid).stream().filter(this::hasProgram).findFirst().orElse(tgid);
    }

    /**
     * Returns whether a thread runs a program. The link "exe" can be unreadable, but its target is missing only for
     * ended threads and kernel threads.
     */
    private boolean hasProgram(int id) {
        try {
            Files.readSymbolicLink(path(id, "exe"));
            return true;
        } catch (IOException e) {
            return !(e instanceof NoSuchFileException);
        }
    }

    /** Adds a number; skips any other text, e.g. the names of other files. */
    private static void addNumber(List<Integer> numbers, String text) {
        int number = ProcText.integer(text, 10, -1);
        if (number > 0) {
            numbers.add(number);
        }
    }

    private static List<Integer> numbersIn(Path folder) {
        List<Integer> numbers = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            for (Path entry : entries) {
                addNumber(numbers, entry.getFileName().toString());
            }
        } catch (IOException e) {
            // The process has ended.
        }
        return numbers;
    }
}
