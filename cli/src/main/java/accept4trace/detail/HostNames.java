package accept4trace.detail;

import accept4trace.bounded.BoundedMap;
import accept4trace.output.Notices;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.security.Security;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Resolves host names in the background. Callers never block; they get null until the name is known. The number of
 * names is bounded, and names expire.
 */
public final class HostNames {
    /** The maximum number of names, at most about 450 bytes each. */
    static final int MAX_NAMES = 4096;
    /** The maximum number of queued lookups. Other addresses are requested again with a later line. */
    static final int MAX_WAITING = 1024;

    static final long TTL_NS = 300_000_000_000L;

    private static final int THREADS = 4;
    /** The owner of an address can give it any name, so it is checked that the name is a host name. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,253}");

    /** Blocks until the answer is there. */
    interface Resolver {
        /** Returns null if the address has no name. */
        @Nullable
        String nameOf(byte[] address);
    }

    private final Resolver resolver;
    private final LongSupplier clock;
    private final ThreadFactory threads;
    private final Runnable withoutThreads;
    private final BlockingQueue<byte[]> waiting = new ArrayBlockingQueue<>(MAX_WAITING);
    private final Map<ByteBuffer, Entry> entries = new BoundedMap<>(MAX_NAMES);

    private boolean started;

    /** The name is null while it is unknown, and if there is none. */
    private record Entry(@Nullable String name, long untilNs) {}

    /**
     * @param clock in nanoseconds
     * @param withoutThreads run once if lookups fail because no thread can be started
     */
    HostNames(Resolver resolver, LongSupplier clock, ThreadFactory threads, Runnable withoutThreads) {
        this.resolver = resolver;
        this.clock = clock;
        this.threads = threads;
        this.withoutThreads = withoutThreads;
    }

    /** Uses the system's resolver, i.e. usually /etc/hosts and name servers. */
    public static HostNames ofSystem(Notices notices) {
        /* Java's own cache is only limited by time. */
        Security.setProperty("networkaddress.cache.ttl", "0");
        Security.setProperty("networkaddress.cache.negative.ttl", "0");
        return new HostNames(
                HostNames::lookUp,
                System::nanoTime,
                BackgroundWork.daemons("host names"),
                () -> notices.failure(
                        "host names are not resolved: no thread can be started",
                        "raise the limit on processes (ulimit -u)"));
    }

    /** A name is only valid if it resolves to the address again. Java checks this. */
    private static @Nullable String lookUp(byte[] address) {
        try {
            InetAddress machine = InetAddress.getByAddress(address);
            String name = machine.getCanonicalHostName();
            return name.equals(machine.getHostAddress()) ? null : name;
        } catch (UnknownHostException e) {
            return null;
        }
    }

    /** Returns the name of an IP address if it is already known, else null. */
    synchronized @Nullable String of(byte[] address) {
        start();
        ByteBuffer key = ByteBuffer.wrap(address);
        Entry entry = entries.get(key);
        long now = clock.getAsLong();
        if ((entry == null || entry.untilNs - now <= 0) && waiting.offer(address)) {
            /* Not requested again meanwhile. An expired name is used until the new one is known. */
            entry = new Entry(entry == null ? null : entry.name, now + TTL_NS);
            entries.put(key, entry);
        }
        return entry == null ? null : entry.name;
    }

    private void start() {
        if (started) {
            return;
        }
        started = true;
        int running = 0;
        while (running < THREADS && startThread()) {
            running++;
        }
        if (running == 0) {
            withoutThreads.run();
        }
    }

    private boolean startThread() {
        try {
            threads.newThread(this::work).start();
            return true;
        } catch (OutOfMemoryError e) {
            /* The JVM reports this way that it cannot start a thread. */
            return false;
        }
    }

    private void work() {
        try {
            while (true) {
                byte[] address = waiting.take();
                learn(ByteBuffer.wrap(address), resolver.nameOf(address));
            }
        } catch (InterruptedException e) {
            // Nothing interrupts this thread.
        }
    }

    private synchronized void learn(ByteBuffer address, @Nullable String name) {
        boolean known = name != null && NAME.matcher(name).matches();
        entries.put(address, new Entry(known ? name : null, clock.getAsLong() + TTL_NS));
    }
}
