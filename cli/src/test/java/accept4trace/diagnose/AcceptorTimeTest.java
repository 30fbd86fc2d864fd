package accept4trace.diagnose;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import accept4trace.event.BlockingCall;
import accept4trace.event.ThreadState;
import accept4trace.event.ThreadState.CpuTimes;
import accept4trace.event.ThreadState.CurrentCall;
import accept4trace.event.ThreadState.State;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AcceptorTimeTest {
    private static final int TID = 12;
    private static final long MS = 1_000_000;
    private static final long SECOND = 1000 * MS;
    private static final CurrentCall SLEEP = new CurrentCall(230, BlockingCall.CLOCK_NANOSLEEP, -1, null);

    private final AcceptorTime time = new AcceptorTime();
    private int snapshots;

    /**
     * Adds a snapshot that is taken a second after the previous one. {@code onCpuMs} and {@code runDelayMs} are totals
     * in milliseconds: how long the thread has run so far, and how long it has waited for a CPU. {@code slow} is the
     * number of slow connections so far.
     */
    private void look(int tid, State state, @Nullable CurrentCall call, long onCpuMs, long runDelayMs, long slow) {
        look(tid, state, call, onCpuMs, runDelayMs, slow, false);
    }

    private void look(
            int tid,
            State state,
            @Nullable CurrentCall call,
            long onCpuMs,
            long runDelayMs,
            long slow,
            boolean waitsLong) {
        CpuTimes times = new CpuTimes(7 * SECOND + onCpuMs * MS, 3 * SECOND + runDelayMs * MS);
        time.add(new ThreadState(tid, tid, new byte[0], state, 0, times, call), snapshots * SECOND, slow, waitsLong);
        snapshots++;
    }

    private Map<String, Long> numbers() {
        Map<String, Long> numbers = new HashMap<>();
        time.addTo(numbers);
        return numbers;
    }

    @Test
    void threadCanBeBusy() {
        look(TID, State.RUNNING, null, 0, 0, 0);
        look(TID, State.RUNNING, null, 950, 50, 3);
        look(TID, State.RUNNING, null, 1950, 50, 6);
        assertEquals("; its thread 12 was busy: on a CPU 98% of 2.0 s", time.text());
        assertEquals(
                Map.of(
                        "observed_ns", 2 * SECOND,
                        "on_cpu_ns", 1950 * MS,
                        "run_delay_ns", 50 * MS,
                        "asleep_or_stopped_ns", 0L),
                numbers());
    }

    @Test
    void threadCanWaitForACpu() {
        look(TID, State.RUNNING, null, 0, 0, 0);
        look(TID, State.RUNNING, null, 300, 610, 3);
        assertEquals("; its thread 12 was ready to run, but waited for a CPU 61% of 1.0 s", time.text());
    }

    @Test
    void threadCanSleepElsewhere() {
        look(TID, State.ASLEEP, SLEEP, 0, 0, 0);
        look(TID, State.ASLEEP, SLEEP, 20, 0, 3);
        look(TID, State.ASLEEP, SLEEP, 50, 0, 6);
        assertEquals("; its thread 12 slept 98% of 2.0 s, mostly in clock_nanosleep", time.text());
    }

    @Test
    void callSeenInOnlyHalfOfTheSnapshotsIsNotNamed() {
        look(TID, State.ASLEEP, SLEEP, 0, 0, 0);
        look(TID, State.ASLEEP, SLEEP, 0, 0, 1);
        look(TID, State.ASLEEP, null, 0, 0, 2);
        assertEquals("; its thread 12 slept 100% of 2.0 s", time.text());
    }

    /** What a thread does while nobody waits long does not explain long waits. */
    @Test
    void timeWithoutSlowConnectionsDoesNotCount() {
        look(TID, State.RUNNING, null, 0, 0, 0);
        look(TID, State.RUNNING, null, 900, 0, 5);
        for (int i = 0; i < 8; i++) {
            look(TID, State.ASLEEP, SLEEP, 900, 0, 5);
        }
        assertEquals("; its thread 12 was busy: on a CPU 90% of 1.0 s", time.text());
    }

    /** The thread that was observed longest is described, even if another one is observed later. */
    @Test
    void threadsAreNotMixed() {
        look(TID, State.RUNNING, null, 0, 0, 0);
        look(TID, State.RUNNING, null, 1000, 0, 5);
        look(TID, State.RUNNING, null, 2000, 0, 10);
        look(TID + 1, State.ASLEEP, SLEEP, 0, 0, 15);
        look(TID + 1, State.ASLEEP, SLEEP, 0, 0, 20);
        assertEquals("; its thread 12 was busy: on a CPU 100% of 2.0 s", time.text());
        assertEquals(2 * SECOND, numbers().get("observed_ns"));
    }

    @Test
    void onlyAFewThreadsAreRemembered() {
        for (int tid = 100; tid < 200; tid++) {
            look(tid, State.RUNNING, null, 0, 0, 2 * tid);
            look(tid, State.RUNNING, null, 1000, 0, 2 * tid + 1);
        }
        assertEquals("; its thread 100 was busy: on a CPU 100% of 1.0 s", time.text());
        assertTrue(time.bytes() < 2000, () -> time.bytes() + " bytes");
    }

    @Test
    void threadCanBeStopped() {
        look(TID, State.RUNNING, null, 0, 0, 0);
        look(TID, State.STOPPED, null, 0, 0, 1);
        assertEquals("; its thread 12 was stopped 100% of 1.0 s", time.text());
        look(TID, State.ASLEEP, null, 0, 0, 2);
        assertEquals("; its thread 12 slept or was stopped 100% of 2.0 s", time.text());
    }

    /** Nothing is accepted while the thread sleeps, but the sleep makes a connection wait, so it must count. */
    @Test
    void timeInWhichNothingIsAcceptedCountsIfAConnectionWaits() {
        look(TID, State.RUNNING, null, 0, 0, 0);
        look(TID, State.ASLEEP, SLEEP, 0, 0, 0, true);
        look(TID, State.ASLEEP, SLEEP, 0, 0, 0, true);
        look(TID, State.RUNNING, null, 900, 0, 200);
        assertEquals("; its thread 12 slept 70% of 3.0 s, mostly in clock_nanosleep", time.text());
    }

    @Test
    void newThreadWithTheSameIdIsNotCompared() {
        look(TID, State.RUNNING, null, 900, 0, 0);
        look(TID, State.RUNNING, null, 100, 0, 5);
        assertEquals("", time.text());
    }

    /** No single cause took half of the time, so all of them are named. */
    @Test
    void causesCanBeMixed() {
        look(TID, State.RUNNING, null, 0, 0, 0);
        look(TID, State.ASLEEP, SLEEP, 340, 330, 1);
        assertEquals(
                "; its thread 12 was on a CPU 34%, waited for one 33% and slept 33% of 1.0 s, mostly in"
                        + " clock_nanosleep",
                time.text());
    }

    /** The kernel can count a tick late, so its times can exceed the interval. */
    @Test
    void timesDoNotExceedTheInterval() {
        look(TID, State.RUNNING, null, 0, 0, 0);
        look(TID, State.RUNNING, null, 1004, 20, 1);
        assertEquals(
                Map.of("observed_ns", SECOND, "on_cpu_ns", SECOND, "run_delay_ns", 0L, "asleep_or_stopped_ns", 0L),
                numbers());
    }

    @Test
    void otherThreadsDoNotCount() {
        look(TID, State.RUNNING, null, 0, 0, 0);
        look(TID + 1, State.RUNNING, null, 900, 0, 5);
        look(TID, State.RUNNING, null, 1900, 0, 10);
        assertEquals("", time.text());
        assertEquals(-1, numbers().get("on_cpu_ns"));
    }

    @Test
    void unknownTimesAreOmitted() {
        time.add(new ThreadState(TID, TID, new byte[0], State.RUNNING, 0, null, null), 0, 0, false);
        look(TID, State.RUNNING, null, 900, 0, 5);
        time.add(null, 3 * SECOND, 10, false);
        assertEquals("", time.text());
    }
}
