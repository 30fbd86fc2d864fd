package accept4trace.detail;

import accept4trace.bounded.BoundedMap;
import accept4trace.capture.CaptureException;
import accept4trace.capture.NameLookup;
import accept4trace.capture.Tracing;
import accept4trace.output.Notices;
import accept4trace.text.Errno;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Resolves host names in the background, in processes without privileges. Callers never block; they get null until the
 * name is known. The number of names is bounded, and names expire.
 */
public final class HostNames {
    /** The maximum number of names, at most about 450 bytes each. */
    static final int MAX_NAMES = 4096;
    /** The maximum number of queued lookups. If the queue is full, the next line with the address tries again. */
    static final int MAX_WAITING = 1024;

    static final long TTL_NS = 300_000_000_000L;

    /** More than one, because a name server that does not answer blocks a lookup for a minute. */
    private static final int LOOKUPS = 4;

    private static final String NOT_RESOLVED = "host names are not resolved: ";
    private static final String LIMIT_HINT = "raise the limit on processes (ulimit -u)";
    private static final String INSTALL_HINT = "install it again with install.sh";
    /** The owner of an address can give it any name, so names that are not host names are rejected. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,253}");

    private final List<NameLookup> lookups;
    private final LongSupplier clock;
    private final ThreadFactory threads;
    private final BiConsumer<String, String> failure;
    private final BlockingQueue<byte[]> waiting = new ArrayBlockingQueue<>(MAX_WAITING);
    private final Map<ByteBuffer, Entry> entries = new BoundedMap<>(MAX_NAMES);

    private boolean started;
    /** The number of threads that look up names. */
    private int running;

    private boolean failureReported;

    /** {@code name}: null if it is not known yet, or if the address has none. */
    private record Entry(@Nullable String name, long untilNs) {}

    /**
     * @param lookups each one is used by a thread of its own; closed by {@link #close}
     * @param clock in nanoseconds
     * @param failure called with a reason and a hint if names can no longer be looked up. Only {@link #of} calls it,
     *     at most once.
     */
    HostNames(List<NameLookup> lookups, LongSupplier clock, ThreadFactory threads, BiConsumer<String, String> failure) {
        this.lookups = lookups;
        this.clock = clock;
        this.threads = threads;
        this.failure = failure;
    }

    /** Uses the system's resolver, i.e. usually /etc/hosts and name servers. */
    public static HostNames ofSystem(Tracing tracing, Notices notices) {
        List<NameLookup> lookups = new ArrayList<>();
        try {
            while (lookups.size() < LOOKUPS) {
                lookups.add(tracing.openNames());
            }
        } catch (CaptureException e) {
            if (lookups.isEmpty()) {
                notices.failure(NOT_RESOLVED + reason(e), e.errno() == Errno.EAGAIN ? LIMIT_HINT : INSTALL_HINT);
            }
        }
        return new HostNames(
                lookups,
                System::nanoTime,
                BackgroundWork.daemons("host names"),
                (reason, hint) -> notices.failure(NOT_RESOLVED + reason, hint));
    }

    private static String reason(CaptureException e) {
        return "cannot " + e.stage() + ": " + (e.errno() == 0 ? e.detail() : Errno.describe(e.errno()));
    }

    /** Ends all lookups. */
    void close() {
        lookups.forEach(NameLookup::close);
    }

    /** Returns the name of an IP address if it is already known, else null. */
    synchronized @Nullable String of(byte[] address) {
        start();
        ByteBuffer key = ByteBuffer.wrap(address);
        Entry entry = entries.get(key);
        long now = clock.getAsLong();
        if ((entry == null || entry.untilNs - now <= 0) && running > 0 && waiting.offer(address)) {
            /* The entry prevents a second request. An expired name is used until the new one is known. */
            entry = new Entry(entry == null ? null : entry.name, now + TTL_NS);
            entries.put(key, entry);
        }
        return entry == null ? null : entry.name;
    }

    private void start() {
        if (!started) {
            started = true;
            lookups.forEach(this::startThread);
            if (running == 0) {
                report("no thread can be started", LIMIT_HINT);
            }
        }
        if (running == 0) {
            report("the processes that look them up have ended", "they were killed, or did not answer in time");
        }
    }

    private void report(String reason, String hint) {
        if (!failureReported && !lookups.isEmpty()) {
            failureReported = true;
            failure.accept(reason, hint);
        }
    }

    private void startThread(NameLookup lookup) {
        try {
            threads.newThread(() -> work(lookup)).start();
            running++;
        } catch (OutOfMemoryError e) {
            // The JVM reports this way that it cannot start a thread.
        }
    }

    private void work(NameLookup lookup) {
        try {
            boolean more = true;
            while (more) {
                more = lookUpNext(lookup);
            }
        } catch (InterruptedException e) {
            // Nothing interrupts this thread.
        }
        synchronized (this) {
            running--;
        }
    }

    /** Returns false if {@code lookup} can no longer be used. */
    private boolean lookUpNext(NameLookup lookup) throws InterruptedException {
        byte[] address = waiting.take();
        try {
            learn(ByteBuffer.wrap(address), lookup.nameOf(address));
            return true;
        } catch (CaptureException e) {
            /* Another thread may have a lookup that still works. */
            waiting.offer(address);
            return false;
        }
    }

    private synchronized void learn(ByteBuffer address, @Nullable String name) {
        boolean known = name != null && NAME.matcher(name).matches();
        entries.put(address, new Entry(known ? name : null, clock.getAsLong() + TTL_NS));
    }
}
