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
 * Names of machines, looked up beside the trace: who asks is never kept waiting, and gets the name at a later time. Its
 * size is bounded, and what it holds does not last.
 */
public final class HostNames {
    /** At most some 450 bytes each. */
    static final int MOST = 4096;
    /** Addresses that wait to be looked up; those beyond are asked for again with a later line. */
    static final int MOST_WAITING = 1024;

    static final long LIFE_NS = 300_000_000_000L;

    private static final int THREADS = 4;
    /** What whoever owns an address may call it is not always a host name. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,253}");

    /** Takes as long as it takes. */
    interface Resolver {
        /** Null when it has none. */
        @Nullable
        String nameOf(byte[] address);
    }

    private final Resolver resolver;
    private final LongSupplier clock;
    private final ThreadFactory threads;
    private final Runnable withoutThreads;
    private final BlockingQueue<byte[]> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
    private final Map<ByteBuffer, Entry> entries = new BoundedMap<>(MOST);

    private boolean started;

    /** The name is null as long as it is not known, and when there is none. */
    private record Entry(@Nullable String name, long untilNs) {}

    /**
     * @param clock in nanoseconds
     * @param withoutThreads run once if no name can be looked up because no thread can be started
     */
    HostNames(Resolver resolver, LongSupplier clock, ThreadFactory threads, Runnable withoutThreads) {
        this.resolver = resolver;
        this.clock = clock;
        this.threads = threads;
        this.withoutThreads = withoutThreads;
    }

    /** By the system's resolver, which may ask /etc/hosts and name servers. */
    public static HostNames ofSystem(Notices notices) {
        /* Java's own cache has no bound but time. */
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

    /** A name counts only when it leads back to the address: Java looks that up as well. */
    private static @Nullable String lookUp(byte[] address) {
        try {
            InetAddress machine = InetAddress.getByAddress(address);
            String name = machine.getCanonicalHostName();
            return name.equals(machine.getHostAddress()) ? null : name;
        } catch (UnknownHostException e) {
            return null;
        }
    }

    /** The name of an IP address as far as it is known by now, else null. */
    synchronized @Nullable String of(byte[] address) {
        start();
        ByteBuffer key = ByteBuffer.wrap(address);
        Entry entry = entries.get(key);
        long now = clock.getAsLong();
        if ((entry == null || entry.untilNs - now <= 0) && waiting.offer(address)) {
            /* Not asked for again meanwhile. An old name will do until the new one is there. */
            entry = new Entry(entry == null ? null : entry.name, now + LIFE_NS);
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
            /* How the JVM reports a thread that cannot be started. */
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
            // Nobody does that.
        }
    }

    private synchronized void learn(ByteBuffer address, @Nullable String name) {
        boolean known = name != null && NAME.matcher(name).matches();
        entries.put(address, new Entry(known ? name : null, clock.getAsLong() + LIFE_NS));
    }
}
