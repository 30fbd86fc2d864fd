package accept4trace.proc;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Files of /proc and /sys as wholes; what cannot be read is empty. */
final class ProcText {
    private ProcText() {}

    /** By a plain stream, as every start reads some: to make ready a channel of java.nio takes milliseconds. */
    static byte[] bytes(Path file) {
        try (FileInputStream in = new FileInputStream(file.toFile())) {
            return in.readAllBytes();
        } catch (IOException e) {
            return new byte[0];
        }
    }

    /** One character for each byte. */
    static String of(Path file) {
        return new String(bytes(file), StandardCharsets.ISO_8859_1);
    }

    /** What stands behind this at the start of a line, without blanks around it; empty when nothing does. */
    static String field(String text, String name) {
        int start = text.startsWith(name) ? 0 : text.indexOf("\n" + name) + 1;
        if (!text.startsWith(name, start)) {
            return "";
        }
        int lineEnd = text.indexOf('\n', start);
        int end = lineEnd < 0 ? text.length() : lineEnd;
        return text.substring(start + name.length(), end).trim();
    }
}
