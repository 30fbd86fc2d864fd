package accept4trace.capture.jna;

import static org.junit.jupiter.api.Assertions.assertSame;

import org.junit.jupiter.api.Test;

class NativeTracerTest {
    @Test
    void remembersTheRootCauseOfLaterFailures() {
        Error first = new OutOfMemoryError("unable to create native thread");
        Error other = new UnsatisfiedLinkError("no such library");
        assertSame(first, NativeTracer.rootCause(first));
        assertSame(first, NativePlatform.rootCause(new NoClassDefFoundError("Could not initialize class X")));
        assertSame(other, NativeTracer.rootCause(other));
        assertSame(first, NativeTracer.rootCause(new NoClassDefFoundError("Could not initialize class Y")));
    }
}
