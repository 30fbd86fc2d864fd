package accept4trace.capture;

/** How to see connections while they are accepted; the numbers are those of enum a4t_probe. */
public enum Probe {
    AUTO(0),
    KPROBE(1),
    FENTRY(2),
    FD_INSTALL(3),
    TRACEPOINT(4);

    private final int number;

    Probe(int number) {
        this.number = number;
    }

    public int number() {
        return number;
    }
}
