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

/**
 * Damages a recording in many ways, and reads each result. Prints a line for each result that is neither refused nor
 * read up to the damage, then the number of results. Argument: the file, which is overwritten.
 */
final class DamageMain {
    /** A prime number, so that successive blocks are damaged at different places. */
    private static final int STEP = 13;

    private static final int STDOUT = 1;
    private static final String PACKETS = "[ \"]packets\\b.*";
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
            if (lines.size() > all.size() || !lines.equals(all.subList(0, lines.size()))) {
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
     * Returns the lines, except for notices and counts in JSON, which name the damage. Omits the numbers of packets of
     * refused clients, which are lower if the clients sent more packets after the damage.
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
                .map(line -> line.replaceFirst(PACKETS, ""))
                .toList();
    }
}
