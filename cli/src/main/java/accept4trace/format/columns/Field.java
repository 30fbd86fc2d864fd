package accept4trace.format.columns;

/** Columns of the table. Option --fields takes their names in lower case. */
public enum Field {
    TIME(15),
    PROCESS(16),
    PID(7),
    TID(7),
    COMM(15),
    UID(5),
    CALL(8),
    LISTENER(21),
    PEER(21),
    NAME(24),
    FD(4),
    FLAGS(26),
    TOOK(8),
    /** The same as {@link #TOOK}. */
    DURATION(8),
    WAIT(8),
    QUEUE(9),
    AHEAD(5),
    DROPS(5),
    VIA(10),
    CONTAINER(12),
    UNIT(20),
    RESULT(12),
    /** The same as {@link #RESULT}. */
    RET(11);

    private final int width;

    Field(int width) {
        this.width = width;
    }

    /** Returns the width of a column that the user has selected, in terminal cells. Most values fit. */
    public int width() {
        return width;
    }
}
