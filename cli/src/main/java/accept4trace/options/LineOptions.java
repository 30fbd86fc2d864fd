package accept4trace.options;

import accept4trace.format.FdDecoding;
import accept4trace.format.TextOptions;
import accept4trace.format.Times;
import accept4trace.format.Times.Stamp;
import accept4trace.format.columns.Field;
import accept4trace.outcome.UserError;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The options that determine what a line shows. */
final class LineOptions {
    private static final int STRACE_COLUMN = 40;
    private static final int MAX_COLUMNS = 10_000;
    private static final List<Stamp> STAMPS = List.of(Stamp.values());

    private final Given given;
    private final Format format;

    LineOptions(Given given, Format format) {
        this.given = given;
        this.format = format;
    }

    /** Durations and thread names are on by default in the text format, and off in strace's format, as in strace. */
    TextOptions options() throws UserError {
        boolean text = format == Format.TEXT;
        return new TextOptions(
                !given.has(Option.NO_COMM) && (text || given.has(Option.COMMS)),
                given.has(Option.VERBOSE),
                fds(),
                new Times(
                        stamp(),
                        given.has(Option.RELATIVE),
                        !given.has(Option.NO_DURATION) && (text || given.has(Option.SYSCALL_TIMES))),
                column(text ? 0 : STRACE_COLUMN),
                given.times(Option.QUIET) < 2,
                given.has(Option.VERBOSE) || Arguments.tracesAllProcesses(given));
    }

    /** Returns the selected columns. An empty list selects the columns that fit the terminal. */
    List<Field> fields() throws UserError {
        String text = given.text(Option.FIELDS);
        if (text == null) {
            return List.of();
        }
        List<Field> fields = new ArrayList<>();
        for (String word : text.split(",", -1)) {
            fields.add(EnumWords.one("--fields", word, Field.class));
        }
        return List.copyOf(fields);
    }

    private Stamp stamp() throws UserError {
        int times = given.times(Option.TIMESTAMPS);
        if (times >= STAMPS.size()) {
            throw UserError.usage("-t can be given at most three times");
        }
        return STAMPS.get(times);
    }

    private int column(int otherwise) throws UserError {
        String text = given.text(Option.COLUMN);
        return text == null ? otherwise : (int) Quantities.number(given.typed(Option.COLUMN), text, 0, MAX_COLUMNS);
    }

    private Set<FdDecoding> fds() throws UserError {
        boolean onlyPaths = given.times(Option.PATHS) == 1 && format == Format.TEXT;
        Set<FdDecoding> fds = onlyPaths ? Set.of(FdDecoding.PATH) : Set.of(FdDecoding.values());
        /* Only the last -e decode-fds= counts, as in strace. All of them are checked. */
        List<String> sets = new ArrayList<>(given.values(Option.DECODE_FDS));
        sets.addAll(Arguments.expressions(given, "decode-fds="));
        for (String set : sets) {
            fds = EnumWords.set(given.typed(Option.DECODE_FDS), set, FdDecoding.class);
        }
        return fds;
    }
}
