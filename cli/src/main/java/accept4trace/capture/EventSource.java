package accept4trace.capture;

import accept4trace.event.Losses;
import org.jspecify.annotations.Nullable;

/** Where events come from: the kernel, or a test. */
public interface EventSource extends AutoCloseable {
    /** Returns the hooks in use, never AUTO. */
    Probe probe();

    /** Whether accepts that are no native system call are seen. */
    default boolean seesEveryAccept() {
        return probe() != Probe.TRACEPOINT;
    }

    /** Why these are not the best hooks; empty when they are. */
    String hooksNote();

    /** Traces a process from now on. */
    void traceProcess(int tgid) throws CaptureException;

    /**
     * Starts the command that the last {@code words} arguments of this program name, held before its first
     * instruction, as {@code user} unless that is null; returns its process id.
     */
    int spawn(int words, @Nullable String user) throws CaptureException;

    /** Lets the command run. */
    void release() throws CaptureException;

    /** Traces every process from now on. */
    void traceAll() throws CaptureException;

    /** Finds the calls that the targets are in already; to be called once all are added. */
    void findCallsInProgress() throws CaptureException;

    /**
     * Gives up what root can do and a running trace needs no more, for good; nothing can be traced or started anew
     * afterwards. {@code entersNamespaces}: limits of other network namespaces will be asked for.
     */
    void confine(boolean entersNamespaces) throws CaptureException;

    /** Waits for events, up to {@code timeoutMs}; the batch returned is valid until the next call. */
    EventBatch poll(int timeoutMs) throws CaptureException;

    /** Events lost since the start. */
    Losses losses() throws CaptureException;

    /** Why hooks that are attached are not run at the moment; empty when there is no sign of that. */
    default String silenced() {
        return "";
    }

    /** No new events from now on; those already taken can still be polled. */
    void stop();

    /** Detaches. */
    @Override
    void close();
}
