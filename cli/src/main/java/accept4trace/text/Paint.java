package accept4trace.text;

/** What colours tell apart. */
public enum Paint {
    FD("36"),
    PEER("32"),
    FLAGS("33"),
    ERROR("31");

    private final String start;

    /** {@code code}: of ECMA-48's SGR. */
    Paint(String code) {
        this.start = "\u001b[" + code + "m";
    }

    String start() {
        return start;
    }
}
