package accept4trace.text;

/** Parts of the output that have their own colour. */
public enum Paint {
    FD("36"),
    PEER("32"),
    FLAGS("33"),
    ERROR("31");

    private final String start;

    /**
     * @param code SGR parameter of ECMA-48
     */
    Paint(String code) {
        this.start = "\u001b[" + code + "m";
    }

    String start() {
        return start;
    }
}
