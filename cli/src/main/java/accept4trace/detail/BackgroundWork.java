package accept4trace.detail;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Runs work that can take any time, such as reading all of /proc, so that reading events never waits for it. Uses one
 * daemon thread, which ends after IDLE_SECONDS without work.
 */
public final class BackgroundWork implements Executor {
    private static final int MAX_WAITING = 16;
    private static final int IDLE_SECONDS = 5;

    private final ThreadFactory threads;
    /** Created on first use, because most runs have no such work. */
    private @Nullable ThreadPoolExecutor pool;

    /** A class, because a lambda takes more start-up time. */
    private record Daemons(String name) implements ThreadFactory {
        @Override
        public Thread newThread(Runnable work) {
            Thread thread = new Thread(work, name);
            thread.setDaemon(true);
            return thread;
        }
    }

    public BackgroundWork(String name) {
        this(daemons(name));
    }

    public BackgroundWork(ThreadFactory threads) {
        this.threads = threads;
    }

    static ThreadFactory daemons(String name) {
        return new Daemons(name);
    }

    /**
     * Queues the work. Never blocks.
     *
     * @throws RejectedExecutionException if too much work is queued, or if the limit on threads is reached
     */
    @Override
    public void execute(Runnable work) {
        try {
            pool().execute(work);
        } catch (OutOfMemoryError e) {
            /* The JVM throws this error if it cannot start a thread. */
            throw new RejectedExecutionException("no thread can be started", e);
        }
    }

    private synchronized ThreadPoolExecutor pool() {
        if (pool == null) {
            pool = new ThreadPoolExecutor(
                    1, 1, IDLE_SECONDS, TimeUnit.SECONDS, new ArrayBlockingQueue<>(MAX_WAITING), threads);
            pool.allowCoreThreadTimeOut(true);
        }
        return pool;
    }
}
