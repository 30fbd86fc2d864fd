package accept4trace.proc;

import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
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
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What /proc tells about processes. Anything may vanish meanwhile: then there is nothing to tell. */
public final class Processes {
    /** EI_CLASS and ELFCLASS32 of elf.h. */
    private static final int ELF_CLASS = 4;

    private static final int ELF_CLASS_32 = 1;

    private static final String UNIFIED = "0::";
    private static final String OPEN_FILES = "Max open files";
    /** Of a thread that is in no system call; fs/proc/base.c, proc_pid_syscall(). */
    private static final String RUNNING = "running";

    /** ESRCH, which has no exception of its own. */
    private static final String NO_SUCH_PROCESS = "No such process";

    private final Path proc;

    /** {@code proc}: /proc, or a copy of the like in a test. */
    public Processes(Path proc) {
        this.proc = proc;
    }

    /** The process that a process or thread id belongs to, or 0 when there is none or /proc does not tell. */
    public int tgid(int id) {
        String tgid = statusField(id, "Tgid:");
        return tgid.isEmpty() ? 0 : Integer.parseInt(tgid);
    }

    /** Why /proc does not tell of an id that exists, as "Too many open files"; empty when it does, or there is none. */
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

    /** Name of the main thread, raw bytes. */
    public byte[] comm(int tgid) {
        byte[] comm = ProcText.bytes(path(tgid, "comm"));
        int length = comm.length > 0 && comm[comm.length - 1] == '\n' ? comm.length - 1 : comm.length;
        return Arrays.copyOf(comm, length);
    }

    public int threadCount(int tgid) {
        String threads = statusField(tgid, "Threads:");
        return threads.isEmpty() ? 0 : Integer.parseInt(threads);
    }

    /** Threads of the whole machine, by /proc/loadavg: "0.00 0.01 0.05 1/234 5678"; 0 when unknown. */
    public int machineThreadCount() {
        String load = ProcText.of(proc.resolve("loadavg")).strip();
        String[] counts = load.isEmpty() ? new String[0] : load.split("[ /]");
        return counts.length > 4 ? Integer.parseInt(counts[4]) : 0;
    }

    /** Path of its cgroup in the unified hierarchy, raw bytes; null when there is none. */
    public byte @Nullable [] cgroup(int tgid) {
        return ProcText.of(path(tgid, "cgroup"))
                .lines()
                .filter(line -> line.startsWith(UNIFIED))
                .map(line -> line.substring(UNIFIED.length()).getBytes(StandardCharsets.ISO_8859_1))
                .findFirst()
                .orElse(null);
    }

    /** Where it may name functions of code that it has made, below its root, by its id in its own PID namespace. */
    String perfMap(int tgid) {
        String ids = statusField(tgid, "NSpid:");
        String innermost = ids.substring(ids.lastIndexOf('\t') + 1);
        return "tmp/perf-" + innermost + ".map";
    }

    /** Nothing is mapped any more in one that has ended, even if its parent does not know yet. */
    public boolean isRunning(int tgid) {
        return hasProgram(living(tgid));
    }

    /** Whether nothing is left of it but a status for its parent. */
    public boolean hasEnded(int tgid) {
        String state = statusField(tgid, "State:");
        return state.startsWith("Z") || state.startsWith("X");
    }

    /** Its effective user id, -1 when it has ended. */
    int effectiveUser(int tgid) {
        String[] ids = statusField(tgid, "Uid:").split("\t");
        return ids.length < 2 ? -1 : Integer.parseInt(ids[1]);
    }

    /** Ids of all processes. */
    List<Integer> all() {
        return numbersIn(proc);
    }

    /** Inode of its network namespace, 0 when there is no such process or it may not be looked at. */
    public long networkNamespace(int tgid) {
        try {
            String name = Files.readSymbolicLink(livingPath(tgid, "ns/net")).toString();
            return Long.parseLong(name.substring(name.indexOf('[') + 1, name.indexOf(']')));
        } catch (IOException e) {
            return 0;
        }
    }

    /** Whether it runs a 32-bit program, which is told by the fifth byte of an ELF file. */
    public boolean is32Bit(int tgid) {
        try (InputStream program = new FileInputStream(livingPath(tgid, "exe").toFile())) {
            byte[] start = program.readNBytes(ELF_CLASS + 1);
            return start.length > ELF_CLASS && start[ELF_CLASS] == ELF_CLASS_32;
        } catch (IOException e) {
            return false;
        }
    }

    /** Ids of its threads. */
    public List<Integer> threads(int tgid) {
        return numbersIn(path(tgid, "task"));
    }

    public List<Integer> children(int tgid) {
        List<Integer> children = new ArrayList<>();
        for (int tid : threads(tgid)) {
            StringTokenizer ids = new StringTokenizer(ProcText.of(path(tgid, "task/" + tid + "/children")));
            while (ids.hasMoreTokens()) {
                children.add(Integer.valueOf(ids.nextToken()));
            }
        }
        return children;
    }

    /**
     * Returns whether a process has a file open that matches, such as "socket:[123]"; false if it has ended. Looks at one
     * file after the other: there can be a million.
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

    /** False if a file of a process is absent because the process is; otherwise nothing is known. */
    private static boolean gone(Path file, IOException failure) throws UnreadableException {
        if (failure instanceof NoSuchFileException
                || String.valueOf(failure.getMessage()).contains(NO_SUCH_PROCESS)) {
            return false;
        }
        throw new UnreadableException(file, failure);
    }

    /** Empty if it has been closed meanwhile. */
    private static String targetOf(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException e) {
            return "";
        }
    }

    /** Whether it has a file of this name in its memory, as a library. */
    public boolean hasMapped(int tgid, String name) {
        return ProcText.of(livingPath(tgid, "maps")).contains("/" + name + "\n");
    }

    /** What an fd refers to, as "socket:[123]"; empty when it is not open. */
    String openFile(int tgid, int fd) {
        return targetOf(livingPath(tgid, "fd/" + fd));
    }

    /** What /proc tells of an fd, by lines. */
    List<String> fdInfo(int tgid, int fd) {
        return ProcText.of(livingPath(tgid, "fdinfo/" + fd)).lines().toList();
    }

    /** Most files that it may have open, -1 when unknown. */
    public long openFileLimit(int tgid) {
        return ProcText.of(path(tgid, "limits"))
                .lines()
                .filter(line -> line.startsWith(OPEN_FILES))
                .map(line -> line.substring(OPEN_FILES.length()).trim().split("\\s+")[0])
                .mapToLong(soft -> soft.equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(soft))
                .findFirst()
                .orElse(-1);
    }

    /** Whether a child of it runs another program. */
    public boolean runsOtherPrograms(int tgid) {
        String own = program(tgid);
        return children(tgid).stream().map(this::program).anyMatch(other -> !other.isEmpty() && !other.equals(own));
    }

    /** Path of what it runs, empty when that is unknown. */
    private String program(int tgid) {
        try {
            return Files.readSymbolicLink(livingPath(tgid, "exe")).toString();
        } catch (IOException e) {
            return "";
        }
    }

    /** The number of the system call that a thread is in, or -1. */
    public int currentSyscall(int tgid, int tid) {
        String line = ProcText.of(path(tgid, "task/" + tid + "/syscall"));
        return line.isEmpty() || line.startsWith(RUNNING) ? -1 : Integer.parseInt(line.substring(0, line.indexOf(' ')));
    }

    /** Reads a table of /proc/PID/net line by line, without its heading: it can have a million lines. */
    void forEachRow(int tgid, String table, Consumer<String> row) throws UnreadableException {
        Path file = livingPath(tgid, "net/" + table);
        try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
            lines.readLine();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                row.accept(line);
            }
        } catch (IOException e) {
            gone(file, e);
        }
    }

    private String statusField(int id, String name) {
        return ProcText.field(ProcText.of(path(id, "status")), name);
    }

    private Path path(int id, String file) {
        return proc.resolve(Integer.toString(id)).resolve(file);
    }

    /**
     * Returns a path below /proc/PID that is empty once its thread has ended. If the process's main thread has, that is
     * the path of another one: /proc/TID exists for every thread.
     */
    private Path livingPath(int tgid, String file) {
        return path(living(tgid), file);
    }

    private int living(int tgid) {
        return hasProgram(tgid)
                ? tgid
                : threads(tgid).stream().filter(this::hasProgram).findFirst().orElse(tgid);
    }

    /** A program that may not be looked at is one nevertheless. */
    private boolean hasProgram(int id) {
        try {
            Files.readSymbolicLink(path(id, "exe"));
            return true;
        } catch (IOException e) {
            return !(e instanceof NoSuchFileException);
        }
    }

    private static List<Integer> numbersIn(Path folder) {
        List<Integer> numbers = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            for (Path entry : entries) {
                String name = entry.getFileName().toString();
                if (Character.isDigit(name.charAt(0))) {
                    numbers.add(Integer.valueOf(name));
                }
            }
        } catch (IOException e) {
            // Gone meanwhile.
        }
        return numbers;
    }
}
