package accept4trace.live;

import static org.junit.jupiter.api.Assertions.assertIterableEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import accept4trace.format.columns.Field;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Compares the output of --format=columns, with all columns, to rows made from the lines that the workload expects. */
@Tag("any-kernel")
@ExtendWith(Privilege.class)
class ColumnsIT {
    private static final Pattern CLAIM = Pattern.compile(
            "accept4\\((?<fd>-?\\d+)(?:<[\\w-]+:\\[(?<listener>.*?)\\]>)?, .*?(?<flags>[^,\\[\\]]+)\\) = "
                    + "(?:-1 )?(?<ret>[A-Z0-9]+)(?<rest>.*)");

    private static final Pattern REMOTE = Pattern.compile("->([^,]*)\\]> ");
    private static final Pattern PROCESS = Pattern.compile(" peer=(\\d+)<calls>");
    private static final Pattern QUEUE = Pattern.compile(" queue=(\\d+/\\d+)");
    private static final String UNKNOWN_FLAGS = " /* SOCK_??? */";
    /**
     * A part of the workload's abstract socket name. Like {@link #UNKNOWN_FLAGS}, it contains blanks, which must be
     * replaced before {@link #isAligned}, because they would make that method take one value for two.
     */
    private static final String NAME = "accept4 \\\"calls";

    /** Matches IP listeners. Other listeners do not count drops, so their column of drops has "-". */
    private static final Pattern IP = Pattern.compile("^(?:\\d+\\.){3}\\d+:|^\\[");

    private static final Pattern AHEAD = Pattern.compile(" ahead=(\\d+)");

    @Test
    void columnsMatchTheWorkload() {
        List<String> words = Arrays.stream(Field.values())
                .map(field -> field.name().toLowerCase(Locale.ROOT))
                .toList();
        try (Workload workload = Workload.start("calls");
                Tracer tracer = Tracer.attach(workload, "--format=columns", "--fields=" + String.join(",", words))) {
            workload.go();
            List<String> expected = new ArrayList<>(
                    List.of(Arrays.stream(Field.values()).map(Field::name).collect(Collectors.joining(" "))));
            workload.lines()
                    .forEach(
                            line -> expected.add(row(workload.pid(), Rung.here().shows(line))));
            List<String> rows = tracer.out().awaitEnd();
            rows.stream().map(ColumnsIT::withoutBlanksInValues).forEach(row -> assertTrue(isAligned(row), row));
            assertIterableEquals(
                    expected, rows.stream().map(ColumnsIT::unmeasured).toList());
            tracer.awaitExit(0);
        }
    }

    /** Returns the expected row, with the columns in the order of {@link Field}. */
    private static String row(long pid, String line) {
        Matcher claim = CLAIM.matcher(line);
        assertTrue(claim.matches(), line);
        String rest = claim.group("rest");
        boolean waited = rest.contains(" wait=T");
        return String.join(
                " ",
                List.of(
                        "T",
                        "calls[" + pid + "]",
                        Long.toString(pid),
                        Long.toString(pid),
                        "calls",
                        "0",
                        "accept4",
                        listener(claim.group("listener")),
                        client(rest),
                        "-",
                        claim.group("fd"),
                        claim.group("flags").strip(),
                        "T",
                        "T",
                        waited ? "T" : "-",
                        found(QUEUE, rest, "-"),
                        waited ? found(AHEAD, rest, "0") : "-",
                        QUEUE.matcher(rest).find()
                                        && IP.matcher(claim.group("listener")).find()
                                ? "0"
                                : "-",
                        "-",
                        "-",
                        "-",
                        claim.group("ret"),
                        claim.group("ret")));
    }

    /** Returns the expected client: an address, or the process that has connected to an AF_UNIX socket. */
    private static String client(String rest) {
        Matcher process = PROCESS.matcher(rest);
        return process.find() ? "calls[" + process.group(1) + "]" : found(REMOTE, rest, "-");
    }

    /**
     * Removes the inode that precedes an AF_UNIX name. If a socket has no address, the claim has only the inode, and
     * the column must have 0.0.0.0:0.
     */
    private static String listener(String claimed) {
        if (claimed == null) {
            return "-";
        }
        return claimed.matches("\\d+") ? "0.0.0.0:0" : claimed.replaceFirst("^\\d+,", "");
    }

    private static String found(Pattern pattern, String text, String otherwise) {
        Matcher matcher = pattern.matcher(text);
        return matcher.find() ? matcher.group(1) : otherwise;
    }

    private static String withoutBlanksInValues(String row) {
        return row.replace(UNKNOWN_FLAGS, UNKNOWN_FLAGS.replace(' ', '_')).replace(NAME, NAME.replace(' ', '_'));
    }

    /**
     * Returns whether each value begins at its column. A value may begin further right if a wide previous value ends
     * one space before it. It may begin further left if the row would be too wide otherwise; the row is then exactly as
     * wide as all columns together.
     */
    private static boolean isAligned(String row) {
        int width = Arrays.stream(Field.values()).mapToInt(Field::width).sum() + Field.values().length - 1;
        Matcher value = Pattern.compile("\\S+").matcher(row);
        int column = 0;
        for (Field field : Field.values()) {
            assertTrue(value.find(), row);
            int spaces = value.start()
                    - row.substring(0, value.start()).stripTrailing().length();
            if (value.start() != column && spaces != 1 && row.length() != width) {
                return false;
            }
            column += field.width() + 1;
        }
        return !value.find();
    }

    private static String unmeasured(String row) {
        return row.strip()
                .replaceAll(" +", " ")
                .replaceFirst("^\\d\\d:\\d\\d:\\d\\d\\.\\d{6}", "T")
                .replaceAll(" \\d+(?:\\.\\d+)?(?:ns|us|\u00b5s|ms|s)(?= )", " T");
    }
}
