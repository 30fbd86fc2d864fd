package accept4trace.diagnose;

import accept4trace.event.KernelSocket;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Something that is wrong with a server, or worth to be known of it.
 *
 * @param listener where, or null when it is about processes
 * @param processes whom it is about, by process id
 * @param headline what was found, with its numbers, in one line; harmless to a terminal
 * @param remedy what it means and what to change
 * @param numbers those of the headline and more, by name; times in nanoseconds, shares in percent
 */
public record Finding(
        Kind kind,
        Severity severity,
        @Nullable KernelSocket listener,
        List<Integer> processes,
        String headline,
        String remedy,
        Map<String, Long> numbers) {

    /** What can be found; of those that are equally bad the first is told first. */
    public enum Kind {
        EMFILE,
        ENFILE,
        LOST,
        QUEUE,
        SLOW,
        RESET,
        BLOCKING,
        HERD,
        SPIN,
        UNFAIR,
        CLOEXEC,
        ACCEPT,
        IO_URING;

        /** As users write it. */
        public String word() {
            return toString().toLowerCase(Locale.ROOT);
        }
    }

    /** What it does to clients or to the server, the worst first. */
    public enum Severity {
        /** Clients are turned away. */
        FAILURE,
        /** Clients wait, or may have to. */
        DELAY,
        /** Work is done in vain or by few. */
        WASTE,
        /** Nothing yet, but something can come of it. */
        RISK,
        /** No fault; worth to be known. */
        NOTE
    }

    public boolean isFault() {
        return severity != Severity.NOTE;
    }
}
