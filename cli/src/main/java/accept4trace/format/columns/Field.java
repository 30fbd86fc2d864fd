package accept4trace.format.columns;

import java.util.List;

/** Columns of the table. Option --fields takes their names in lower case. */
public enum Field {
    TIME(15),
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
    DURATION(8),
    WAIT(8),
    QUEUE(9),
    AHEAD(5),
    DROPS(5),
    VIA(10),
    CONTAINER(12),
    UNIT(20),
    RET(11);

    /** The default columns. */
    public static final List<Field> DEFAULT = List.of(TIME, PID, COMM, LISTENER, PEER, FD, FLAGS, WAIT, RET);

    private final int width;

    Field(int width) {
        this.width = width;
    }

    /** Returns the width of the column in terminal cells. Most values fit. */
    public int width() {
        return width;
    }
}
