package accept4trace.text;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/** File names on the command line, which have one character per byte: see {@link Printable}. */
public final class FileNames {
    /** The character set that Java uses for file names. */
    private static final Charset OF_FILES = Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));

    private FileNames() {}

    /** Returns the name for use with Java's classes for files. */
    public static String decode(String bytes) {
        return new String(bytes.getBytes(StandardCharsets.ISO_8859_1), OF_FILES);
    }

    /** Converts a name that Java's classes for files have returned to one character per byte. */
    public static String encode(String name) {
        return new String(name.getBytes(OF_FILES), StandardCharsets.ISO_8859_1);
    }
}
