package accept4trace.format;

/** Names from the traced side for use in notices. */
public final class Names {
    private Names() {}

    public static String comm(byte[] comm) {
        Text text = new Text();
        Escaper.bracketed(text, comm, comm.length);
        return text.toString();
    }
}
