package accept4trace.live;

import java.nio.file.Files;
import java.nio.file.Path;

/** Which hooks this kernel must give the tracer, told by the kernel and not by the tracer. */
enum Rung {
    KPROBE("tracepoint+kprobe", ""),
    TRACEPOINT("tracepoint", " ~peer");

    private static final Path KPROBES = Path.of("/sys/bus/event_source/devices/kprobe");

    private final String label;
    private final String peerMark;

    Rung(String label, String peerMark) {
        this.label = label;
        this.peerMark = peerMark;
    }

    static Rung here() {
        return Files.exists(KPROBES) ? KPROBE : TRACEPOINT;
    }

    /** Its name in the notice that the hooks are live. */
    String label() {
        return label;
    }

    /** What ends the line of an accepted connection. */
    String peerMark() {
        return peerMark;
    }
}
