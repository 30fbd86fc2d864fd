package accept4trace.diagnose;

import accept4trace.event.KernelSocket;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A problem of a server, or a note about it.
 *
 * @param listener the listener with the problem, or null if the finding is about processes
 * @param processes ids of the affected processes
 * @param headline the finding with its numbers in one line; safe for a terminal
 * @param remedy the meaning of the finding, and what to change
 * @param numbers the numbers of the headline and further ones, by name. Durations are in nanoseconds, bounds have
 *     at_least or at_most in their name, and unknown numbers are negative
 */
public record Finding(
        Kind kind,
        Severity severity,
        @Nullable KernelSocket listener,
        List<Integer> processes,
        String headline,
        String remedy,
        Map<String, Long> numbers) {

    /** The kinds of findings. Equally severe findings are reported in this order. */
    public enum Kind {
        STUCK,
        EMFILE,
        ENFILE,
        LOST,
        REFUSED,
        CLOSED,
        FILLING("filling", false),
        SLOW,
        RESET,
        BLOCKING,
        HERD,
        SPIN,
        UNFAIR,
        LATE_HANDSHAKE("late-handshake", false),
        TURNED_AWAY("turned-away", false),
        CLOEXEC,
        IO_URING("io_uring", false);

        private final String word;
        private final boolean canBeFault;

        Kind() {
            this.word = name().toLowerCase(Locale.ROOT);
            this.canBeFault = true;
        }

        Kind(String word, boolean canBeFault) {
            this.word = word;
            this.canBeFault = canBeFault;
        }

        /** Returns whether such a finding can be a fault. If not, it is always a note. */
        public boolean canBeFault() {
            return canBeFault;
        }

        /** Returns the name for options and JSON. */
        public String word() {
            return word;
        }

        @Override
        public String toString() {
            return word;
        }
    }

    /** The effect on clients or on the server, the most severe first. */
    public enum Severity {
        /** Clients are rejected. */
        FAILURE,
        /** Clients wait, or may have to. */
        DELAY,
        /** Work is wasted or unevenly distributed. */
        WASTE,
        /** No effect yet, but a risk. */
        RISK,
        /** Not a fault, but useful to know. */
        NOTE
    }

    public boolean isFault() {
        return severity != Severity.NOTE;
    }
}
