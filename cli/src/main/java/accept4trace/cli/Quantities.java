package accept4trace.cli;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Numbers, times and sizes on the command line. */
final class Quantities {
    /* Compiled where they are used: most runs have neither, and every start would wait. */
    private static final String DURATION = "(\\d{1,9})(ms|s|m|h|)";
    private static final String SIZE = "(\\d{1,9})([KMG]?)";
    private static final long SMALLEST_RING = 4096;
    private static final long LARGEST_RING = 1L << 30;

    private Quantities() {}

    static long positive(String option, String text, long most) throws UserError {
        return within(option, text, 1, most, "a positive number");
    }

    static long number(String option, String text, long least, long most) throws UserError {
        return within(option, text, least, most, "a number");
    }

    private static long within(String option, String text, long least, long most, String what) throws UserError {
        try {
            long number = Long.parseLong(text);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Told below like a number out of range.
        }
        throw UserError.usage(option + ": not " + what + ": '" + Printable.ascii(text) + "'");
    }

    /** In nanoseconds; a number alone is seconds. */
    static long duration(String option, String text) throws UserError {
        Matcher matcher = Pattern.compile(DURATION).matcher(text);
        long number = matcher.matches() ? Long.parseLong(matcher.group(1)) : 0;
        if (number == 0) {
            throw UserError.usage(
                    option + ": not a time such as 10s, 500ms, 2m or 1h: '" + Printable.ascii(text) + "'");
        }
        return number
                * switch (matcher.group(2)) {
                    case "ms" -> 1_000_000L;
                    case "m" -> 60_000_000_000L;
                    case "h" -> 3_600_000_000_000L;
                    default -> 1_000_000_000L;
                };
    }

    /** The next power of two, which the kernel demands. */
    static int ringBytes(String text) throws UserError {
        Matcher matcher = Pattern.compile(SIZE).matcher(text);
        long bytes = matcher.matches() ? Long.parseLong(matcher.group(1)) << shift(matcher.group(2)) : 0;
        if (bytes < SMALLEST_RING || bytes > LARGEST_RING) {
            throw UserError.usage("--buffer: not a size from 4K to 1G: '" + Printable.ascii(text) + "'");
        }
        return (int) (Long.highestOneBit(bytes - 1) << 1);
    }

    private static int shift(String unit) {
        return switch (unit) {
            case "K" -> 10;
            case "M" -> 20;
            case "G" -> 30;
            default -> 0;
        };
    }
}
