package accept4trace.fake;

import accept4trace.capture.CaptureException;
import accept4trace.capture.OperatingSystem;
import accept4trace.event.OpenFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** An operating system with files in memory. It has no users and, unless a test sets one, no terminal. */
public final class FakeSystem implements OperatingSystem {
    /** The file descriptor that {@link #openOutput} and {@link #openCommand} return. */
    public static final int FILE = 10;

    /** The process id that {@link #openCommand} returns. */
    public static final int OUTPUT_COMMAND = 4321;

    /** The errno of failing writes, by file descriptor. */
    public final Map<Integer, Integer> writeErrnos = new HashMap<>();
    /** The wait status, by process id. */
    public final Map<Integer, Integer> waitStatuses = new HashMap<>();
    /** The columns of each terminal, by file descriptor. Other descriptors are not terminals. */
    public final Map<Integer, Integer> terminalWidths = new HashMap<>();
    /** Why no output can be opened; null if it can. */
    public CaptureException openFailure;
    /** The file or command that was opened, or null. */
    public String opened;

    public boolean openedPrivately;
    /** Why the user who ran sudo is unknown; null if it is known. */
    public CaptureException invokerFailure;
    /** Ids of processes that run a 32-bit program. */
    public final Set<Integer> programs32 = new HashSet<>();
    /** The signal that was passed to {@link #dieBySignal}, or 0. */
    public int diedBy;

    private final Map<Integer, ByteArrayOutputStream> written = new TreeMap<>();

    /** Returns the bytes that were written to a file descriptor. */
    public byte[] bytes(int fd) {
        ByteArrayOutputStream bytes = written.get(fd);
        return bytes == null ? new byte[0] : bytes.toByteArray();
    }

    /** Returns what was written to a file descriptor. */
    public String text(int fd) {
        ByteArrayOutputStream bytes = written.get(fd);
        return bytes == null ? "" : bytes.toString(StandardCharsets.UTF_8);
    }

    @Override
    public int write(int fd, byte[] bytes, int offset, int count) {
        int errno = writeErrnos.getOrDefault(fd, 0);
        if (errno != 0) {
            return -errno;
        }
        written.computeIfAbsent(fd, key -> new ByteArrayOutputStream()).write(bytes, offset, count);
        return count;
    }

    @Override
    public int close(int fd) {
        return 0;
    }

    @Override
    public int openOutput(String file, boolean append, boolean isPrivate) throws CaptureException {
        if (openFailure != null) {
            throw openFailure;
        }
        opened = file;
        openedPrivately = isPrivate;
        return FILE;
    }

    @Override
    public OutputCommand openCommand(String command) throws CaptureException {
        return new OutputCommand(OUTPUT_COMMAND, openOutput(command, false, false));
    }

    @Override
    public int awaitCommand(int pid) throws CaptureException {
        Integer status = waitStatuses.get(pid);
        if (status == null) {
            throw new CaptureException("wait for the command", 10, "");
        }
        return status;
    }

    @Override
    public boolean isTerminal(int fd) {
        return terminalWidths.containsKey(fd);
    }

    @Override
    public int terminalWidth(int fd) {
        return terminalWidths.getOrDefault(fd, 80);
    }

    @Override
    public long userId(String name) {
        return -1;
    }

    @Override
    public void checkInvoker() throws CaptureException {
        if (invokerFailure != null) {
            throw invokerFailure;
        }
    }

    @Override
    public int utcOffset(long epochSecond) {
        return 0;
    }

    @Override
    public long epochOffset() {
        return 0;
    }

    @Override
    public OpenFile openFile(int tgid, int fd, long inode) {
        return null;
    }

    @Override
    public InputStream openBelowRoot(int tgid, String path, int uid, long most) throws IOException {
        throw new IOException(path);
    }

    @Override
    public boolean is32Bit(int tgid) {
        return programs32.contains(tgid);
    }

    @Override
    public void dieBySignal(int signal) {
        diedBy = signal;
    }
}
