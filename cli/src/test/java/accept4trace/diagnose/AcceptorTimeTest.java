package accept4trace.diagnose;

import static org.junit.jupiter.api.Assertions.assertEquals;

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

    private final AcceptorTime time = new AcceptorTime(TID);
    private @Nullable ThreadState last;

    /**
     * Adds a snapshot that is taken a second after the previous one. {@code onCpuMs} and {@code runDelayMs} are totals
     * in milliseconds: how long the thread has run so far, and how long it has waited for a CPU.
     */
    private void look(State state, @Nullable CurrentCall call, long onCpuMs, long runDelayMs) {
        look(state, call, new CpuTimes(7 * SECOND + onCpuMs * MS, 3 * SECOND + runDelayMs * MS));
    }

    private void look(State state, @Nullable CurrentCall call, @Nullable CpuTimes times) {
        ThreadState thread = new ThreadState(TID, TID, new byte[0], state, 0, times, call);
        if (last != null) {
            time.add(last, thread, SECOND);
        }
        last = thread;
    }

    private Map<String, Long> numbers() {
        Map<String, Long> numbers = new HashMap<>();
        time.addTo(numbers);
        return numbers;
    }

    @Test
    void threadCanBeBusy() {
        look(State.RUNNING, null, 0, 0);
        look(State.RUNNING, null, 950, 50);
        look(State.RUNNING, null, 1950, 50);
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
        look(State.RUNNING, null, 0, 0);
        look(State.RUNNING, null, 300, 610);
        assertEquals("; its thread 12 was ready to run, but waited for a CPU 61% of 1.0 s", time.text());
    }

    @Test
    void threadCanSleepElsewhere() {
        look(State.ASLEEP, SLEEP, 0, 0);
        look(State.ASLEEP, SLEEP, 20, 0);
        look(State.ASLEEP, SLEEP, 50, 0);
        assertEquals("; its thread 12 slept 98% of 2.0 s, mostly in clock_nanosleep", time.text());
    }

    @Test
    void callSeenInOnlyHalfOfTheSnapshotsIsNotNamed() {
        look(State.ASLEEP, SLEEP, 0, 0);
        look(State.ASLEEP, SLEEP, 0, 0);
        look(State.ASLEEP, null, 0, 0);
        assertEquals("; its thread 12 slept 100% of 2.0 s", time.text());
    }

    @Test
    void threadCanBeStopped() {
        look(State.RUNNING, null, 0, 0);
        look(State.STOPPED, null, 0, 0);
        assertEquals("; its thread 12 was stopped 100% of 1.0 s", time.text());
        look(State.ASLEEP, null, 0, 0);
        assertEquals("; its thread 12 slept or was stopped 100% of 2.0 s", time.text());
    }

    @Test
    void newThreadWithTheSameIdIsNotCompared() {
        look(State.RUNNING, null, 900, 0);
        look(State.RUNNING, null, 100, 0);
        assertEquals("", time.text());
    }

    /** No single cause took half of the time, so all of them are named. */
    @Test
    void causesCanBeMixed() {
        look(State.RUNNING, null, 0, 0);
        look(State.ASLEEP, SLEEP, 340, 330);
        assertEquals(
                "; its thread 12 was on a CPU 34%, waited for one 33% and slept 33% of 1.0 s, mostly in"
                        + " clock_nanosleep",
                time.text());
    }

    /** The kernel can count a tick late, so its times can exceed the interval. */
    @Test
    void timesDoNotExceedTheInterval() {
        look(State.RUNNING, null, 0, 0);
        look(State.RUNNING, null, 1004, 20);
        assertEquals(
                Map.of("observed_ns", SECOND, "on_cpu_ns", SECOND, "run_delay_ns", 0L, "asleep_or_stopped_ns", 0L),
                numbers());
    }

    @Test
    void unknownTimesAreOmitted() {
        look(State.RUNNING, null, null);
        look(State.RUNNING, null, 900, 0);
        look(State.RUNNING, null, null);
        assertEquals("", time.text());
    }
}
