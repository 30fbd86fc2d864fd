package accept4trace.live;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** Which hooks this kernel must give the tracer, told by the kernel and not by the tracer. */
enum Rung {
    KPROBE("tracepoint+kprobe", ""),
    TRACEPOINT("tracepoint", " ~peer");

    private static final Path KPROBES = Path.of("/sys/bus/event_source/devices/kprobe");

    private static final Pattern FAILED = Pattern.compile("\\) = (-1|\\?) ");
    private static final Pattern UNIX = Pattern.compile("accept4?\\(\\d+<UNIX");

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

    /** The line of a call as this rung shows it; the workload claims all that there is to know. */
    String shows(String line) {
        if (!FAILED.matcher(line).find()) {
            return (this == KPROBE ? line : withoutUnixWait(line)) + peerMark;
        }
        /* Without kprobes a connection that got no fd is not seen at all. */
        return this == TRACEPOINT && line.contains(" lost=") ? line.replaceFirst(" <T>.*", " <T>") : line;
    }

    /** When an AF_UNIX connection came is known from a kprobe alone. */
    private static String withoutUnixWait(String line) {
        return UNIX.matcher(line).find() ? line.replace(" wait=T", "").replaceFirst(" ahead=\\d+", "") : line;
    }
}
