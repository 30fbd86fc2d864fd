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
     * <p>Uses a plain stream, because loading the channels of java.nio takes milliseconds at start-up. Reads in a loop,
     * because {@code readAllBytes()} seeks, which fails for some files of /sys.
     *
     * @throws IOException if the file is missing or unreadable
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

    /** Returns the whole content of a file; empty if it is missing or unreadable. */
    static byte[] bytes(Path file) {
        try {
            return read(file);
        } catch (IOException e) {
            return new byte[0];
        }
    }

    /** Returns the whole content of a file, one character per byte; empty if it is missing or unreadable. */
    static String of(Path file) {
        return new String(bytes(file), StandardCharsets.ISO_8859_1);
    }

    /** Returns at most {@code most} bytes of a file, one character per byte; empty if it is missing or unreadable. */
    static String beginning(Path file, int most) {
        try (FileInputStream in = new FileInputStream(file.toFile())) {
            return new String(in.readNBytes(most), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "";
        }
    }

    /**
     * Parses a number that is 0 or more; returns {@code otherwise} for any other text, e.g. if something other than
     * procfs is mounted at /proc.
     */
    static int integer(String text, int radix, int otherwise) {
        long number = number(text, radix, otherwise);
        return number == (int) number ? (int) number : otherwise;
    }

    /** Parses a number that is 0 or more; returns {@code otherwise} for any other text. */
    static long number(String text, int radix, long otherwise) {
        try {
            long number = Long.parseLong(text, radix);
            return number < 0 ? otherwise : number;
        } catch (NumberFormatException e) {
            return otherwise;
        }
    }

    /** Parses a number that can use all 64 bits; returns {@code otherwise} for any other text. */
    static long unsigned(String text, int radix, long otherwise) {
        try {
            return Long.parseUnsignedLong(text, radix);
        } catch (NumberFormatException e) {
            return otherwise;
        }
    }

    /** Returns the part of a text up to a character; the whole text if the character is missing. */
    static String before(String text, char end) {
        int at = text.indexOf(end);
        return at < 0 ? text : text.substring(0, at);
    }

    /** Returns the trimmed rest of the first line that begins with {@code name}; empty if there is none. */
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
