package accept4trace.proc;

import java.io.ByteArrayOutputStream;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Reads whole files of /proc and /sys. */
final class ProcText {
    private static final int CHUNK = 4096;

    private ProcText() {}

    /**
     * Returns the whole content of a file.
     *
     * <p>It uses a plain stream because setting up a channel of java.nio takes milliseconds at start-up. It reads in a
     * loop because {@code readAllBytes()} seeks, which some files of /sys refuse.
     *
     * @throws IOException if the file is absent or unreadable
     */
    static byte[] read(Path file) throws IOException {
        try (FileInputStream in = new FileInputStream(file.toFile())) {
            ByteArrayOutputStream content = new ByteArrayOutputStream();
            byte[] chunk = new byte[CHUNK];
            for (int count = in.read(chunk); count > 0; count = in.read(chunk)) {
                content.write(chunk, 0, count);
            }
            return content.toByteArray();
        }
    }

    /** Returns the whole content of a file, or nothing if it is absent or unreadable. */
    static byte[] bytes(Path file) {
        try {
            return read(file);
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
