package accept4trace.capture;

import accept4trace.event.Call;
import accept4trace.event.Closing;
import accept4trace.event.FamilyCoverage;
import accept4trace.event.GivenUp;
import accept4trace.event.Losses;
import accept4trace.event.Refusal;
import accept4trace.event.TriggerEvent;
import accept4trace.event.UnixRefusal;
import org.jspecify.annotations.Nullable;

/** A source of events: the kernel, a recording, or a test. */
public interface EventSource extends AutoCloseable {
    /**
     * Returns whether to show a call. Always true for events of the kernel, because the BPF programs apply all filters.
     * A recording applies its filters here.
     */
    default boolean selects(Call call) {
        return true;
    }

    /** Returns whether to show the end of a listener; see {@link #selects(Call)}. */
    default boolean selects(Closing closing) {
        return true;
    }

    /** Returns whether to show a client that gave up; see {@link #selects(Call)}. */
    default boolean selects(GivenUp client) {
        return true;
    }

    /** Returns whether to show or count a refused packet; see {@link #selects(Call)}. */
    default boolean selects(Refusal refusal) {
        return true;
    }

    /** Returns whether to show or count a refused AF_UNIX connect; see {@link #selects(Call)}. */
    default boolean selects(UnixRefusal refusal) {
        return true;
    }

    /** Returns the hooks in use, never AUTO. */
    Probe probe();

    /** Returns whether accepts other than native system calls are reported as well, e.g. those of io_uring. */
    default boolean seesEveryAccept() {
        return probe() != Probe.TRACEPOINT;
    }

    /** Returns which refused connections are reported. NONE unless the filter selects them. */
    default FamilyCoverage refusals() {
        return FamilyCoverage.NONE;
    }

    /**
     * Returns which resets of connections by closed listeners are reported. NONE unless the filter selects closings.
     */
    default FamilyCoverage closings() {
        return FamilyCoverage.NONE;
    }

    /** Returns whether the hooks slow down every system call of every process. */
    default boolean slowsOthers() {
        return false;
    }

    /** Returns one line on why the best hooks are not in use; empty if they are. */
    String hooksNote();

    /** Traces the process {@code tgid} from now on. */
    void traceProcess(int tgid) throws CaptureException;

    /**
     * Forks a process for the command and holds it before exec until {@link #release}.
     *
     * @param words how many arguments at the end of this program's command line form the command
     * @param user name of the user to run the command as; null for the current user
     * @param mustEnd whether to kill the command and all other targets when tracing stops or this process ends
     * @return the process id
     */
    int spawn(int words, @Nullable String user, boolean mustEnd) throws CaptureException;

    /** Lets the command run. Fails if its exec fails. */
    void release() throws CaptureException;

    /** Traces every process from now on. */
    void traceAll() throws CaptureException;

    /**
     * Returns whether a process is traced, possibly as a followed child. After {@link #stop}, returns whether it was
     * traced until then. Can be called by any thread.
     */
    boolean isTarget(int tgid);

    /** Finds calls that the targets have already begun. Call this after all targets are added. */
    void findCallsInProgress() throws CaptureException;

    /**
     * Permanently drops the privileges that a running trace does not need. Nothing else can be traced or started
     * afterwards.
     */
    void confine() throws CaptureException;

    /**
     * Waits for events or another reason to wake up. Can return an empty batch before the timeout.
     *
     * @param timeoutMs milliseconds, -1 = no limit
     * @return a batch that is valid until the next call
     */
    EventBatch poll(int timeoutMs) throws CaptureException;

    /**
     * Returns the trigger of a recorded window, once: after the last poll of events from before the window, and before
     * the first poll of its events. Returns null at any other time.
     */
    default @Nullable TriggerEvent takeTrigger() {
        return null;
    }

    /** Returns the time since the start that was not recorded, in nanoseconds. */
    default long skippedNs() {
        return 0;
    }

    /** Returns the counters of lost events since the start. */
    Losses losses() throws CaptureException;

    /** Returns one line on why the attached hooks do not run at the moment; empty if they seem to run. */
    default String silenced() {
        return "";
    }

    /**
     * Stops tracing immediately. A command spawned with {@code mustEnd} is killed first. Events that are already in the
     * ring buffer can still be polled.
     */
    void stop();

    /** Detaches the hooks. */
    @Override
    void close();
}
