package accept4trace.action;

import accept4trace.fake.FakePlatform;
import accept4trace.options.Arguments;
import accept4trace.outcome.UserError;
import accept4trace.output.Notices;
import accept4trace.output.OutputStyle;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Damages a recording in many ways, and reads each result. Prints a line for each result that is neither refused nor
 * read up to the damage, then the number of results. Argument: the file, which is overwritten.
 */
final class DamageMain {
    /** A prime number, so that successive blocks are damaged at different places. */
    private static final int STEP = 13;

    private static final int STDOUT = 1;
    /** What a line for a refused client shows of all its packets, not only of the first one. */
    private static final String ALL_PACKETS = "[ \"]at\\b.*\\bpackets\\b.*";

    private static final Pattern REFUSED = Pattern.compile("^\\[refused]|\"type\":\"refused\"");

    private static final List<String> FORMATS = List.of("--format=text", "--format=json");

    private final Path file;
    private final byte[] whole;

    private DamageMain(Path file) throws IOException {
        this.file = file;
        this.whole = Files.readAllBytes(file);
    }

    public static void main(String[] args) throws IOException, UserError {
        System.out.println(new DamageMain(Path.of(args[0])).run() + " damaged recordings");
    }

    private int run() throws IOException, UserError {
        int count = 0;
        for (String format : FORMATS) {
            Files.write(file, whole);
            List<String> all = lines(format, 0);
            for (int at = 0; at < whole.length; at += STEP, count += 2) {
                check(format, all, Arrays.copyOf(whole, at), "cut at " + at);
                byte[] changed = whole.clone();
                changed[at] ^= (byte) (1 << at % Byte.SIZE);
                check(format, all, changed, "changed at " + at);
            }
        }
        return count;
    }

    private void check(String format, List<String> all, byte[] damaged, String how) throws IOException {
        Files.write(file, damaged);
        try {
            List<String> lines = lines(format, 1);
            if (!isBeginning(lines, all)) {
                System.out.println(format + ", " + how + ": other lines");
            }
        } catch (UserError e) {
            if (!e.getMessage().startsWith("cannot read " + file + ": ")) {
                System.out.println(format + ", " + how + ": " + e.getMessage());
            }
        } catch (RuntimeException e) {
            System.out.println(format + ", " + how + ": " + e);
        }
    }

    /**
     * Refused clients are reported in the order in which their next packets are overdue, but all at the end of a
     * recording. So their order changes if the recording ends earlier.
     */
    private static boolean isBeginning(List<String> lines, List<String> all) {
        List<String> others = select(lines, false);
        List<String> allOthers = select(all, false);
        return others.size() <= allOthers.size()
                && others.equals(allOthers.subList(0, others.size()))
                && select(all, true).containsAll(select(lines, true));
    }

    private static List<String> select(List<String> lines, boolean refused) {
        return lines.stream()
                .filter(line -> REFUSED.matcher(line).find() == refused)
                .toList();
    }

    /**
     * Returns the lines, except for notices and counts in JSON, which name the damage. Omits what refused clients may
     * have changed by packets after the damage.
     */
    private List<String> lines(String format, int status) throws UserError {
        FakePlatform platform = new FakePlatform();
        Notices notices =
                new Notices(new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8), false);
        int result = new ReadCommand(
                        Arguments.parse("--read=" + file, format), notices, new OutputStyle(Map.of()), platform)
                .run()
                .status();
        if (result != status) {
            throw new IllegalStateException("exit status " + result);
        }
        return platform.system
                .text(STDOUT)
                .lines()
                .filter(line -> !line.startsWith("{\"type\":\"notice\"") && !line.startsWith("{\"type\":\"summary\""))
                .map(line -> line.replaceFirst(ALL_PACKETS, ""))
                .toList();
    }
}
