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
import picocli.CommandLine.ParseResult;

/** How lines look, among the options. */
final class Lines {
    private static final int STRACE_COLUMN = 40;
    private static final int MOST_COLUMNS = 10_000;
    private static final List<Stamp> STAMPS = List.of(Stamp.values());

    private final ParseResult parsed;
    private final Format format;

    Lines(ParseResult parsed) throws UserError {
        this.parsed = parsed;
        this.format = Words.one("--format", Arguments.value(parsed, Option.FORMAT, "text"), Format.class);
    }

    Format format() {
        return format;
    }

    /** Text shows what most want to know; strace's format what strace shows when not asked for more. */
    TextOptions options() throws UserError {
        boolean text = format == Format.TEXT;
        return new TextOptions(
                !has(Option.NO_DURATION) && (text || has(Option.SYSCALL_TIMES)),
                !has(Option.NO_COMM) && (text || has(Option.COMMS)),
                has(Option.VERBOSE),
                fds(),
                new Times(stamp(), has(Option.RELATIVE)),
                column(text ? 0 : STRACE_COLUMN),
                Arguments.times(parsed, Option.QUIET) < 2,
                has(Option.VERBOSE) || Arguments.isAll(parsed));
    }

    List<Field> fields() throws UserError {
        String text = Arguments.value(parsed, Option.FIELDS, null);
        if (text == null) {
            return Field.DEFAULT;
        }
        List<Field> fields = new ArrayList<>();
        for (String word : text.split(",", -1)) {
            fields.add(Words.one("--fields", word, Field.class));
        }
        return List.copyOf(fields);
    }

    private boolean has(Option option) {
        return Arguments.has(parsed, option);
    }

    private Stamp stamp() throws UserError {
        int times = Arguments.times(parsed, Option.TIMESTAMPS);
        if (times >= STAMPS.size()) {
            throw UserError.usage("-t: three times at most");
        }
        return STAMPS.get(times);
    }

    private int column(int otherwise) throws UserError {
        String text = Arguments.value(parsed, Option.COLUMN, null);
        return text == null ? otherwise : (int) Quantities.number("-a", text, 0, MOST_COLUMNS);
    }

    private Set<FdDecoding> fds() throws UserError {
        List<String> expressions = Arguments.expressions(parsed, "decode-fds=");
        String set = expressions.isEmpty()
                ? Arguments.value(parsed, Option.DECODE_FDS, null)
                : expressions.get(expressions.size() - 1);
        int paths = Arguments.times(parsed, Option.PATHS);
        if (set != null && paths > 0) {
            throw UserError.usage("-y and --decode-fds exclude each other");
        }
        if (set != null) {
            return Words.set("--decode-fds", set, FdDecoding.class);
        }
        return paths == 1 && format == Format.TEXT ? Set.of(FdDecoding.PATH) : Set.of(FdDecoding.values());
    }
}
