package accept4trace.live;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * Sets of hooks. Without --probe, the tool uses the first rung of a ladder that works. KPROBE is the first rung, and
 * TRACEPOINT is the last one. {@link LadderIT} also tests the rungs between them. FENTRY is not part of the ladder, so
 * the tool uses it only if --probe requests it. {@link #here} determines the expected rung without the tool.
 */
enum Rung {
    KPROBE("tracepoint+kprobe", "", ""),
    FENTRY("fentry", "; unknown here: calls that seccomp answers", ""),
    TRACEPOINT("tracepoint", "; unknown here: lost", " ~peer");

    private static final Path KPROBES = Path.of("/sys/bus/event_source/devices/kprobe");

    private static final Pattern FAILED = Pattern.compile("\\) = (-1|\\?) ");
    private static final Pattern UNIX = Pattern.compile("accept4?\\(\\d+<UNIX");

    private final String label;
    private final String unknown;
    private final String peerMark;

    Rung(String label, String unknown, String peerMark) {
        this.label = label;
        this.unknown = unknown;
        this.peerMark = peerMark;
    }

    /** Returns the rung that {@code -Da4t.probe} requests for the whole suite, or else the best one of this kernel. */
    static Rung here() {
        if (requested().equals("fentry")) {
            return FENTRY;
        }
        return Files.exists(KPROBES) ? KPROBE : TRACEPOINT;
    }

    /** Returns the value of --probe for the whole suite; empty if the tool chooses. */
    static String requested() {
        return System.getProperty("a4t.probe", "");
    }

    /**
     * Returns whether these hooks see every accept, including accepts by io_uring, and accepts in calls that then fail.
     */
    boolean seesEveryAccept() {
        return this != TRACEPOINT;
    }

    /** Returns the name of the hooks in the notice at the start. */
    String label() {
        return label;
    }

    /**
     * Returns the part of the notice at the start that names what these hooks cannot see; empty if they see everything.
     */
    String unknown() {
        return unknown;
    }

    /**
     * Returns the mark that ends the line of a connection if the accepting thread shares its descriptors with another
     * thread. The mark " ~peer" means that the tool looked up the peer after the call, when the other thread might
     * already have replaced the descriptor.
     */
    String peerMark() {
        return peerMark;
    }

    /**
     * Returns a workload's line as this rung shows it if the caller has only one thread. The workload prints every
     * detail that any set of hooks can show.
     */
    String shows(String line) {
        if (!FAILED.matcher(line).find()) {
            return seesEveryAccept() ? line : withoutUnixWait(line);
        }
        /*
         * With tracepoints only, the tool cannot see the connection of a failed call, because that connection gets no
         * fd.
         */
        return this == TRACEPOINT && line.contains(" lost=") ? line.replaceFirst(" <T>.*", " <T>") : line;
    }

    /**
     * Returns whether this rung sees the call of {@code line}. The rung FENTRY does not see calls that seccomp denies
     * or traps, because the kernel does not run the hooked function for them.
     */
    boolean seesDenied(String line) {
        return this != FENTRY || !line.contains(" by=seccomp");
    }

    /** Removes the wait of AF_UNIX connections, which is unknown with tracepoints only. */
    private static String withoutUnixWait(String line) {
        return UNIX.matcher(line).find() ? line.replace(" wait=T", "").replaceFirst(" ahead=\\d+", "") : line;
    }
}
