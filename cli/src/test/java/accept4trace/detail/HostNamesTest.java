package accept4trace.detail;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import accept4trace.capture.CaptureException;
import accept4trace.capture.NameLookup;
import accept4trace.fake.FakeTracing;
import accept4trace.output.Notices;
import accept4trace.text.Errno;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
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
    private final AtomicInteger closed = new AtomicInteger();
    private final List<String> failures = new ArrayList<>();
    private final AtomicLong clock = new AtomicLong();
    private final HostNames names = namesBy(this::answer);

    /** Uses a single thread, so that each lookup begins after all earlier answers have been processed. */
    private HostNames namesBy(Answer answer) {
        return new HostNames(
                lookups(4, answer), clock::get, new Threads(1), (reason, hint) -> failures.add(reason + "; " + hint));
    }

    /** Returns the name of an address: empty if it has none, null if the process that looks up names has ended. */
    private interface Answer extends Function<byte[], String> {}

    private record Lookup(Answer answer, AtomicInteger closed) implements NameLookup {
        @Override
        public String nameOf(byte[] address) throws CaptureException {
            String name = answer.apply(address);
            if (name == null) {
                throw new CaptureException("look up host names", Errno.EPIPE, "");
            }
            return name.isEmpty() ? null : name;
        }

        @Override
        public void close() {
            closed.incrementAndGet();
        }
    }

    private List<NameLookup> lookups(int count, Answer answer) {
        return Collections.nCopies(count, new Lookup(answer, closed));
    }

    /** Lets only {@code most} threads start. Others fail to start, as if the limit on processes were reached. */
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
        return answer;
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

    /**
     * If the queue is full, the caller does not wait. The address is dropped, and queued again when a caller next asks
     * for it.
     */
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

    /**
     * A lookup without an answer must not delay other lookups. Here, each of two lookups waits until the other has
     * begun, so neither would end if they ran one after the other.
     */
    @Test
    void lookupsRunConcurrently() {
        CountDownLatch asking = new CountDownLatch(2);
        HostNames both = new HostNames(
                lookups(2, address -> {
                    asking.countDown();
                    try {
                        asking.await();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                    return "both.example";
                }),
                clock::get,
                BackgroundWork.daemons("host names"),
                (reason, hint) -> {});
        both.of(FIRST);
        while (both.of(OTHER) == null || both.of(FIRST) == null) {
            Thread.onSpinWait();
        }
    }

    @Test
    void noNamesIfNoThreadCanStart() {
        HostNames none = new HostNames(
                lookups(4, this::answer),
                clock::get,
                new Threads(0),
                (reason, hint) -> failures.add(reason + "; " + hint));
        assertNull(none.of(FIRST));
        assertNull(none.of(OTHER));
        assertEquals(List.of("no thread can be started; raise the limit on processes (ulimit -u)"), failures);
    }

    /**
     * One of the two helpers fails as if its process had been killed. The address that it was asked for must then be
     * looked up by the other one.
     */
    @Test
    void anotherThreadLooksUpTheAddressIfAHelperEnds() {
        List<NameLookup> one = lookups(1, address -> null);
        List<NameLookup> other = lookups(1, address -> "other.example");
        HostNames both = new HostNames(
                List.of(one.get(0), other.get(0)),
                clock::get,
                BackgroundWork.daemons("host names"),
                (reason, hint) -> failures.add(reason));
        for (byte[] address : List.of(FIRST, OTHER, THIRD, LAST)) {
            while (both.of(address) == null) {
                Thread.onSpinWait();
            }
        }
        assertEquals(List.of(), failures);
    }

    @Test
    void endOfAllLookupsIsReportedOnceAndKeepsKnownNames() {
        resolve(FIRST, "one.example");
        await(FIRST, "one.example");
        answers.put((int) OTHER[3], CompletableFuture.completedFuture(null));
        while (failures.isEmpty()) {
            names.of(OTHER);
        }
        assertNull(names.of(THIRD));
        assertEquals("one.example", names.of(FIRST));
        assertEquals(
                List.of("the processes that look them up have ended; they were killed, or did not answer in time"),
                failures);
    }

    @Test
    void closesAllLookups() {
        names.close();
        assertEquals(4, closed.get());
    }

    @Test
    void missingHelperIsReported() {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Notices notices = new Notices(new PrintStream(err), true);
        FakeTracing tracing = new FakeTracing(null);
        tracing.namesFailure = new CaptureException("start a4t-resolver", Errno.EAGAIN, "");
        HostNames none = HostNames.ofSystem(tracing, notices);
        assertNull(none.of(FIRST));
        assertEquals(
                List.of(
                        "accept4-trace: host names are not resolved: cannot start a4t-resolver: EAGAIN (Resource"
                                + " temporarily unavailable)",
                        "hint: raise the limit on processes (ulimit -u)"),
                err.toString(StandardCharsets.UTF_8).lines().toList());
    }

    private static byte[] address(int i) {
        return new byte[] {10, 0, (byte) (i >> 8), (byte) i};
    }
}
