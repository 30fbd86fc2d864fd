package accept4trace.action;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import accept4trace.detail.BackgroundWork;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BackgroundAnswerTest {
    private final List<Runnable> work = new ArrayList<>();

    @Test
    void returnsNullUntilTheAnswerIsReady() {
        BackgroundAnswer answer = new BackgroundAnswer(() -> "late", work::add);
        assertNull(answer.get());
        assertNull(answer.get());
        assertEquals(1, work.size());
        work.get(0).run();
        assertEquals("late", answer.get());
    }

    @Test
    void isEmptyIfTheWorkFails() {
        BackgroundAnswer answer = new BackgroundAnswer(
                () -> {
                    throw new IllegalStateException("any");
                },
                Runnable::run);
        assertEquals("", answer.get());
    }

    /**
     * If the limit on threads is reached, the JVM throws an Error, which must be caught like an exception of the work.
     */
    @Test
    void isEmptyIfNoThreadIsAvailable() {
        BackgroundWork none = new BackgroundWork(task -> new Thread(task) {
            @Override
            public void start() {
                throw new OutOfMemoryError("unable to create native thread");
            }
        });
        assertEquals("", new BackgroundAnswer(() -> "late", none).get());
    }
}
