package accept4trace.capture.jna;

import accept4trace.capture.CaptureException;
import accept4trace.capture.Hook;
import com.sun.jna.Function;
import com.sun.jna.Memory;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Calls the functions of liba4t (native/a4t.h), with one method for each. Uses {@link Function}, which starts faster
 * than JNA's interface mapping or direct mapping.
 */
final class NativeTracer {
    private static final String LIBRARY = "a4t";

    private static @Nullable Error firstFailure;

    private final NativeLibrary library;

    private NativeTracer(NativeLibrary library) {
        this.library = library;
    }

    static NativeTracer load() throws CaptureException {
        try {
            return new NativeTracer(Handshake.require(NativeLibrary.getInstance(LIBRARY)));
        } catch (LinkageError e) {
            throw new CaptureException(
                    "load the native library", 0, firstLine(rootCause(e).getMessage()));
        } catch (OutOfMemoryError e) {
            throw (OutOfMemoryError) rootCause(e);
        }
    }

    /**
     * Returns the first failure of a load if {@code failure} is a consequence of it, else {@code failure}. After the
     * first failure, the JVM only reports that it could not initialize some class.
     */
    @SuppressWarnings("StaticAssignmentOfThrowable")
    static synchronized Error rootCause(Error failure) {
        firstFailure = firstFailure == null ? failure : firstFailure;
        return failure instanceof NoClassDefFoundError ? firstFailure : failure;
    }

    private static String firstLine(@Nullable String message) {
        return message == null ? "" : message.lines().findFirst().orElse("");
    }

    private Function function(String name) {
        return library.getFunction(name);
    }

    private int call(String name, @Nullable Object... args) {
        return function(name).invokeInt(args);
    }

    /** Converts an argument with one character per byte to a C string. */
    private static byte[] text(String argument) {
        return (argument + '\0').getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Returns a negative number for an unknown name. */
    long userId(String name) {
        return function("a4t_user_id").invokeLong(new Object[] {text(name)});
    }

    void checkInvoker() throws CaptureException {
        ErrorMemory error = new ErrorMemory();
        if (call("a4t_check_invoker", error.memory()) < 0) {
            throw error.toException();
        }
    }

    Pointer openSnapshots() throws CaptureException {
        ErrorMemory error = new ErrorMemory();
        Pointer snapshots = function("a4t_snapshots_open").invokePointer(new Object[] {error.memory()});
        if (snapshots == null) {
            throw error.toException();
        }
        return snapshots;
    }

    /** {@code what}: see {@code NativeLayout.SnapshotOf}. */
    int beginSnapshot(Pointer snapshots, int what) {
        return call("a4t_snapshot_begin", snapshots, what);
    }

    int readSnapshot(Pointer snapshots, Memory records, int size) {
        return call("a4t_snapshot_read", snapshots, records, size);
    }

    void closeSnapshots(Pointer snapshots) {
        function("a4t_snapshots_close").invokeVoid(new Object[] {snapshots});
    }

    Pointer openStacks() throws CaptureException {
        return openHelper("a4t_stacks_open");
    }

    Pointer openNames() throws CaptureException {
        return openHelper("a4t_names_open");
    }

    private Pointer openHelper(String name) throws CaptureException {
        ErrorMemory error = new ErrorMemory();
        Pointer helper = function(name).invokePointer(new Object[] {error.memory()});
        if (helper == null) {
            throw error.toException();
        }
        return helper;
    }

    int unwind(Pointer stacks, int tgid, Memory stack, Memory frames, int most, Memory cut) {
        return call("a4t_stacks_unwind", stacks, tgid, stack, frames, most, cut);
    }

    long stackAddress(byte[] stack) {
        return function("a4t_stack_address").invokeLong(new Object[] {stack});
    }

    void endStacks(Pointer stacks) {
        function("a4t_stacks_end").invokeVoid(new Object[] {stacks});
    }

    int findName(Pointer names, byte[] address, Memory name) {
        return call("a4t_names_find", names, address, address.length, name);
    }

    void endNames(Pointer names) {
        function("a4t_names_end").invokeVoid(new Object[] {names});
    }

    void prepare() {
        function("a4t_prepare").invokeVoid(new Object[] {null});
    }

    Pointer open(Memory config, ErrorMemory error) throws CaptureException {
        Pointer session = function("a4t_open").invokePointer(new Object[] {config, error.memory()});
        if (session == null) {
            throw error.toException();
        }
        return session;
    }

    void close(Pointer session) {
        function("a4t_close").invokeVoid(new Object[] {session});
    }

    int hooks(Pointer session) {
        return call("a4t_hooks", session);
    }

    int refusals(Pointer session) {
        return call("a4t_sees_refusals", session);
    }

    int closings(Pointer session) {
        return call("a4t_sees_closings", session);
    }

    int unixClosings(Pointer session) {
        return call("a4t_sees_unix_closings", session);
    }

    boolean slowsOthers(Pointer session) {
        return call("a4t_slows_others", session) != 0;
    }

    int unixRefusals(Pointer session) {
        return call("a4t_sees_unix_refusals", session);
    }

    String hooksNote(Pointer session) {
        return function("a4t_hooks_note").invokePointer(new Object[] {session}).getString(0);
    }

    String silenced(Pointer session) {
        return function("a4t_silenced").invokePointer(new Object[] {session}).getString(0);
    }

    void traceProcess(Pointer session, int tgid) throws CaptureException {
        ErrorMemory error = new ErrorMemory();
        if (call("a4t_trace_process", session, tgid, error.memory()) < 0) {
            throw error.toException();
        }
    }

    int spawn(Pointer session, int words, @Nullable String user, boolean mustEnd) throws CaptureException {
        ErrorMemory error = new ErrorMemory();
        int pid = call("a4t_spawn", session, words, user == null ? null : text(user), mustEnd ? 1 : 0, error.memory());
        if (pid < 0) {
            throw error.toException();
        }
        return pid;
    }

    void release(Pointer session) throws CaptureException {
        ErrorMemory error = new ErrorMemory();
        if (call("a4t_release", session, error.memory()) < 0) {
            throw error.toException();
        }
    }

    int waitCommand(int pid) {
        return call("a4t_wait_command", pid);
    }

    void traceAll(Pointer session) {
        call("a4t_trace_all", session);
    }

    void findCallsInProgress(Pointer session) throws CaptureException {
        ErrorMemory error = new ErrorMemory();
        if (call("a4t_find_calls_in_progress", session, error.memory()) < 0) {
            throw error.toException();
        }
    }

    void confine(Pointer session) throws CaptureException {
        ErrorMemory error = new ErrorMemory();
        if (call("a4t_confine", session, error.memory()) < 0) {
            throw error.toException();
        }
    }

    void endCommand(Pointer session) {
        function("a4t_end_command").invokeVoid(new Object[] {session});
    }

    void stop(Pointer session) {
        function("a4t_stop").invokeVoid(new Object[] {session});
    }

    Function poll() {
        return function("a4t_poll");
    }

    boolean isTarget(Pointer session, int tgid) {
        return call("a4t_is_target", session, tgid) == 1;
    }

    int losses(Pointer session, Memory counters) {
        return call("a4t_losses", session, counters);
    }

    int catchSignals(Pointer session) {
        return call("a4t_catch_signals", session);
    }

    void dieBySignal(int signal) {
        function("a4t_die_by_signal").invokeVoid(new Object[] {signal});
    }

    int openOutput(String path, int how) throws CaptureException {
        ErrorMemory error = new ErrorMemory();
        int fd = call("a4t_open_output", text(path), how, error.memory());
        if (fd < 0) {
            throw error.toException();
        }
        return fd;
    }

    int write(int fd, Memory bytes, int count) {
        return call("a4t_write", fd, bytes, count);
    }

    int closeOutput(int fd) {
        return call("a4t_close_output", fd);
    }

    /** Returns the process id, and stores the writing end of the pipe in {@code fd}. */
    int openCommand(String command, Memory fd) throws CaptureException {
        ErrorMemory error = new ErrorMemory();
        int pid = call("a4t_open_command", text(command), fd, error.memory());
        if (pid < 0) {
            throw error.toException();
        }
        return pid;
    }

    int describeFd(int tgid, int fd, long inode, Memory file) {
        return call("a4t_describe_fd", tgid, fd, inode, file);
    }

    int openBelowRoot(int tgid, String path, int uid, long most) throws CaptureException {
        ErrorMemory error = new ErrorMemory();
        int fd = call("a4t_open_below_root", tgid, text(path), uid, most, error.memory());
        if (fd < 0) {
            throw error.toException();
        }
        return fd;
    }

    int read(int fd, Memory bytes, int count) {
        return call("a4t_read", fd, bytes, count);
    }

    int is32Bit(int tgid) {
        return call("a4t_is_32_bit", tgid);
    }

    long epochOffset() {
        return function("a4t_epoch_offset").invokeLong(new Object[0]);
    }

    int utcOffset(long epochSecond) {
        return call("a4t_utc_offset", epochSecond);
    }

    int terminalWidth(int fd) {
        return call("a4t_terminal_width", fd);
    }

    boolean isTerminal(int fd) {
        return call("a4t_is_terminal", fd) == 1;
    }

    int checkHook(Hook hook) {
        return call("a4t_check_hook", hook.number());
    }
}
