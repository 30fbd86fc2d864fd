package accept4trace.detail;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests host names with a resolver that answers on request. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HostNamesTest {
    private static final byte[] FIRST = {10, 0, 0, 1};
    private static final byte[] OTHER = {10, 0, 0, 2};
    private static final byte[] THIRD = {10, 0, 0, 3};
    private static final byte[] LAST = {10, 0, 0, 4};

    /** The answers, keyed by the last byte of the requested address. */
    private final Map<Integer, CompletableFuture<String>> answers = new ConcurrentHashMap<>();

    private final ConcurrentLinkedQueue<Integer> asked = new ConcurrentLinkedQueue<>();
    private final List<String> noThreads = new ArrayList<>();
    private final AtomicLong clock = new AtomicLong();
    private final HostNames names = namesBy(this::answer);

    /** Uses a single thread, so that all previous answers have been processed when an address is requested. */
    private HostNames namesBy(HostNames.Resolver resolver) {
        return new HostNames(resolver, clock::get, new Threads(1), () -> noThreads.add("no threads"));
    }

    /** Starts a limited number of threads, as if the limit on processes were reached. */
    private static final class Threads implements ThreadFactory {
        private int left;

        Threads(int most) {
            left = most;
        }

        @Override
        public Thread newThread(Runnable work) {
            Thread thread = new Thread(work) {
                @Override
                public void start() {
                    if (left-- <= 0) {
                        throw new OutOfMemoryError("unable to create native thread");
                    }
                    super.start();
                }
            };
            thread.setDaemon(true);
            return thread;
        }
    }

    private CompletableFuture<String> answerOn(byte[] address) {
        return answers.computeIfAbsent((int) address[3], number -> new CompletableFuture<>());
    }

    private void resolve(byte[] address, String name) {
        answerOn(address).complete(name);
    }

    private String answer(byte[] address) {
        asked.add((int) address[3]);
        String answer = answerOn(address).orTimeout(1, TimeUnit.MINUTES).join();
        answers.remove((int) address[3]);
        return answer.isEmpty() ? null : answer;
    }

    private String await(byte[] address, String name) {
        for (String found = names.of(address); ; found = names.of(address)) {
            if (name.equals(found)) {
                return found;
            }
            Thread.onSpinWait();
        }
    }

    @Test
    void isNullUntilTheLookupIsDone() {
        assertNull(names.of(FIRST));
        resolve(FIRST, "one.example");
        assertEquals("one.example", await(FIRST, "one.example"));
        assertEquals(1, asked.size());
    }

    @Test
    void eachAddressIsLookedUpOnce() {
        for (int i = 0; i < 1000; i++) {
            assertNull(names.of(FIRST));
        }
        resolve(FIRST, "one.example");
        await(FIRST, "one.example");
        resolve(OTHER, "two.example");
        await(OTHER, "two.example");
        assertEquals(2, asked.size());
    }

    /** The absence of a name is cached, too. */
    @Test
    void missingNamesAreCached() {
        resolve(FIRST, "");
        assertNull(names.of(FIRST));
        resolve(OTHER, "two.example");
        await(OTHER, "two.example");
        assertNull(names.of(FIRST));
        assertNull(names.of(FIRST));
        assertEquals(2, asked.size());
    }

    @Test
    void invalidHostNamesAreIgnored() {
        resolve(FIRST, "a wait=0.000001");
        resolve(OTHER, "a\u001b[2J");
        resolve(THIRD, "a".repeat(254));
        assertNull(names.of(FIRST));
        assertNull(names.of(OTHER));
        assertNull(names.of(THIRD));
        resolve(LAST, "last.example");
        await(LAST, "last.example");
        assertNull(names.of(FIRST));
        assertNull(names.of(OTHER));
        assertNull(names.of(THIRD));
    }

    /** The old name is used until the new one is known. */
    @Test
    void expiredNameIsUsedDuringTheNextLookup() {
        names.of(FIRST);
        resolve(FIRST, "old.example");
        await(FIRST, "old.example");
        clock.addAndGet(HostNames.TTL_NS);
        assertEquals("old.example", names.of(FIRST));
        assertEquals("old.example", names.of(FIRST));
        resolve(FIRST, "new.example");
        await(FIRST, "new.example");
        assertEquals(2, asked.size());
    }

    /** If the queue is full, addresses are not remembered, and callers do not wait. */
    @Test
    void addressesBeyondTheQueueAreLookedUpLater() throws InterruptedException {
        CountDownLatch busy = new CountDownLatch(1);
        HostNames slow = namesBy(address -> {
            try {
                busy.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return "n" + (address[2] & 0xff) + "-" + (address[3] & 0xff);
        });
        int many = 2 * HostNames.MAX_WAITING;
        for (int i = 0; i < many; i++) {
            assertNull(slow.of(address(i)));
        }
        busy.countDown();
        for (int i = 0; i < many; i++) {
            while (slow.of(address(i)) == null) {
                Thread.onSpinWait();
            }
            assertEquals("n" + (i >> 8) + "-" + (i & 0xff), slow.of(address(i)));
        }
    }

    /** A lookup without an answer does not delay others. */
    @Test
    void lookupsRunConcurrently() {
        CountDownLatch asking = new CountDownLatch(2);
        HostNames both = new HostNames(
                address -> {
                    asking.countDown();
                    try {
                        asking.await();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                    return "both.example";
                },
                clock::get,
                BackgroundWork.daemons("host names"),
                () -> {});
        both.of(FIRST);
        while (both.of(OTHER) == null || both.of(FIRST) == null) {
            Thread.onSpinWait();
        }
    }

    @Test
    void noNamesIfNoThreadCanStart() {
        HostNames none = new HostNames(this::answer, clock::get, new Threads(0), () -> noThreads.add("no threads"));
        assertNull(none.of(FIRST));
        assertNull(none.of(OTHER));
        assertEquals(List.of("no threads"), noThreads);
    }

    private static byte[] address(int i) {
        return new byte[] {10, 0, (byte) (i >> 8), (byte) i};
    }
}
