package accept4trace.live;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads /proc of a process. */
final class Proc {
    private Proc() {}

    static List<Long> threads(long pid) {
        return list(pid, "task").stream()
                .map(path -> Long.parseLong(path.getFileName().toString()))
                .toList();
    }

    /** Returns the lines of a thread's status; none if the thread has ended. */
    static List<String> threadStatus(long pid, long tid) {
        return read(Path.of("/proc", Long.toString(pid), "task", Long.toString(tid), "status"))
                .lines()
                .toList();
    }

    static String kernelRelease() {
        return read(Path.of("/proc/sys/kernel/osrelease")).trim();
    }

    /** Returns e.g. 5010 for Linux 5.10. */
    static int kernelVersion() {
        String[] release = kernelRelease().split("[.-]");
        return Integer.parseInt(release[0]) * 1000 + Integer.parseInt(release[1]);
    }

    /**
     * Returns whether the tool has given up its privileges. The last step is the seccomp filter, which every thread
     * must have.
     */
    static boolean isConfined(long pid) {
        return threads(pid).stream()
                .map(tid -> threadStatus(pid, tid))
                .allMatch(status -> status.isEmpty() || status.contains("Seccomp:\t2"));
    }

    static boolean isStopped(long pid) {
        return isInState(pid, 'T');
    }

    /** Returns whether a debugger has stopped the process. */
    static boolean isTraced(long pid) {
        return isInState(pid, 't');
    }

    static boolean isAsleep(long pid) {
        return isInState(pid, 'S');
    }

    /** Returns whether the main thread sleeps in a system call, by its number. */
    static boolean isInCall(long pid, int number) {
        return read(Path.of("/proc", Long.toString(pid), "syscall")).startsWith(number + " ");
    }

    /** Returns whether the process has ended. A zombie has ended, too. */
    static boolean hasEnded(long pid) {
        String stat = read(Path.of("/proc", Long.toString(pid), "stat"));
        return stat.isEmpty() || state(stat) == 'Z' || state(stat) == 'X';
    }

    /** Returns whether all threads are in this state, except those that have just ended. */
    private static boolean isInState(long pid, char state) {
        List<String> stats = list(pid, "task").stream()
                .map(thread -> read(thread.resolve("stat")))
                .filter(stat -> !stat.isEmpty())
                .toList();
        return !stats.isEmpty() && stats.stream().allMatch(stat -> state == state(stat));
    }

    /** Returns the field after the last ')'. The name before it can contain any character, even ')'. */
    private static char state(String stat) {
        return stat.charAt(stat.lastIndexOf(')') + 2);
    }

    /** Returns fdinfo of each descriptor; an empty text for a descriptor that was closed meanwhile. */
    static List<String> descriptors(long pid) {
        return list(pid, "fdinfo").stream().map(Proc::read).toList();
    }

    private static List<Path> list(long pid, String folder) {
        try (Stream<Path> entries = Files.list(Path.of("/proc", Long.toString(pid), folder))) {
            return entries.toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the program and its arguments. */
    static List<String> commandLine(long pid) {
        return List.of(read(Path.of("/proc", Long.toString(pid), "cmdline")).split("\0"));
    }

    /** Returns an empty text if the process ends before or during the read. */
    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException gone) {
            return "";
        } catch (IOException e) {
            /* The process has ended, or has closed the descriptor whose fdinfo is being read. */
            if (Set.of("No such process", "No such file or directory").contains(e.getMessage())) {
                return "";
            }
            throw new UncheckedIOException(e);
        }
    }

    /** Returns a memory field of the status, e.g. VmRSS. */
    static long kib(long pid, String field) {
        return read(Path.of("/proc", Long.toString(pid), "status"))
                .lines()
                .filter(line -> line.startsWith(field + ":"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElseThrow();
    }

    /** Returns the port of the process's TCP listener. */
    static int listeningPort(long pid) {
        try (Stream<Path> fds = Files.list(Path.of("/proc", Long.toString(pid), "fd"));
                Stream<String> sockets = Files.lines(Path.of("/proc/net/tcp"))) {
            Set<String> files = fds.map(Proc::linkTarget).collect(Collectors.toSet());
            String listener = sockets.map(line -> line.trim().split("\\s+"))
                    .filter(columns -> columns[3].equals("0A") && files.contains("socket:[" + columns[9] + "]"))
                    .map(columns -> columns[1])
                    .findFirst()
                    .orElseThrow();
            return Integer.parseInt(listener.substring(listener.indexOf(':') + 1), 16);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String linkTarget(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
