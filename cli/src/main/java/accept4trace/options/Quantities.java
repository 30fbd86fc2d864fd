package accept4trace.options;

import accept4trace.outcome.UserError;
import accept4trace.text.Printable;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Parses numbers, times and sizes on the command line. */
final class Quantities {
    /* Strings, because compiling patterns takes start-up time, and most runs need none of them. */
    private static final String NUMBER = "-?[0-9]+";
    private static final int DIGITS_OF_A_LONG = 18;
    private static final String TIME = "([0-9]{1,20}(?:\\.[0-9]{1,20})?)(us|ms|s|m|h|)";
    private static final String EXAMPLES = "such as 10s, 1.5s, 500ms, 2m or 1h";
    private static final String SIZE = "([0-9]{1,9})([KMG]?)";
    /** 0xffffffff means "no user" in system calls. */
    private static final long MAX_UID = 0xffff_fffeL;

    private static final long SMALLEST_RING = 4096;
    private static final long LARGEST_RING = 1L << 30;

    private static final long HOUR_NS = 3_600_000_000_000L;
    /** Small enough to be added to any time of the clock without overflow. */
    private static final long LONGEST_NS = 1_000_000 * HOUR_NS;

    private Quantities() {}

    /** Parses a user's id or name. Rejects numbers that are not valid ids. */
    static @Nullable String user(String option, @Nullable String text) throws UserError {
        if (text != null && text.matches("[0-9]+")) {
            number(option, text, 0, MAX_UID);
        }
        return text;
    }

    static long positive(String option, String text, long most) throws UserError {
        return within(option, text, 1, most, "a positive number");
    }

    static long number(String option, String text, long least, long most) throws UserError {
        return within(option, text, least, most, "a number");
    }

    private static long within(String option, String text, long least, long most, String what) throws UserError {
        /* Long.parseLong() would also accept a plus sign and non-ASCII digits. */
        if (!text.matches(NUMBER)) {
            throw refused(option, "not " + what, text);
        }
        long number = whole(text);
        if (number > most) {
            throw refused(option, "more than " + most, text);
        }
        if (number < least) {
            throw refused(option, least == 1 ? "not " + what : "less than " + least, text);
        }
        return number;
    }

    /** Returns the nearest value that fits into a long. */
    private static long whole(String digits) {
        return digits.length() <= DIGITS_OF_A_LONG
                ? Long.parseLong(digits)
                : new BigInteger(digits)
                        .max(BigInteger.valueOf(Long.MIN_VALUE))
                        .min(BigInteger.valueOf(Long.MAX_VALUE))
                        .longValue();
    }

    private static UserError refused(String option, String why, String text) {
        return UserError.usage(option + ": " + why + ": '" + Printable.argument(text) + "'");
    }

    /** Parses a duration. Returns nanoseconds, at least 1. A number without a unit means seconds. */
    static long time(String option, String text) throws UserError {
        long timeNs = timeOrZero(option, text);
        if (timeNs == 0) {
            throw refused(option, "not a time " + EXAMPLES, text);
        }
        return timeNs;
    }

    static long timeOrZero(String option, String text) throws UserError {
        Matcher matcher = Pattern.compile(TIME).matcher(text);
        if (!matcher.matches()) {
            throw refused(option, "not a time " + EXAMPLES, text);
        }
        BigDecimal timeNs = new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(unitNs(matcher.group(2))));
        if (timeNs.compareTo(BigDecimal.valueOf(LONGEST_NS)) > 0) {
            throw refused(option, "longer than 1000000h", text);
        }
        return timeNs.setScale(0, RoundingMode.UP).longValue();
    }

    private static long unitNs(String unit) {
        return switch (unit) {
            case "us" -> 1_000L;
            case "ms" -> 1_000_000L;
            case "m" -> 60_000_000_000L;
            case "h" -> HOUR_NS;
            default -> 1_000_000_000L;
        };
    }

    /** Parses a size. Rounds it up to a power of two, as the kernel requires. */
    static int ringBytes(String text) throws UserError {
        long bytes = size("--buffer", text, SMALLEST_RING, LARGEST_RING);
        return (int) (Long.highestOneBit(bytes - 1) << 1);
    }

    /** Parses a size in bytes. {@code least} and {@code most} are powers of two. */
    static long size(String option, String text, long least, long most) throws UserError {
        Matcher matcher = Pattern.compile(SIZE).matcher(text);
        long bytes = matcher.matches() ? Long.parseLong(matcher.group(1)) << shift(matcher.group(2)) : 0;
        if (bytes < least || bytes > most) {
            throw UserError.usage(option + ": not a size from " + sizeText(least) + " to " + sizeText(most) + ": '"
                    + Printable.argument(text) + "'");
        }
        return bytes;
    }

    private static String sizeText(long bytes) {
        int unit = Long.numberOfTrailingZeros(bytes) / 10;
        return (bytes >> (10 * unit)) + "BKMG".substring(unit, unit + 1);
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
