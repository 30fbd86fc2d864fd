package accept4trace.format.tables;

/** Sort keys of the table of calls, with the words of strace's option -S. */
public enum SortKey {
    TIME("time"),
    CALLS("calls"),
    ERRORS("errors"),
    NAME("name"),
    AVG_TIME("avg-time"),
    MAX_TIME("max-time"),
    NONE("none");

    private final String word;

    SortKey(String word) {
        this.word = word;
    }

    @Override
    public String toString() {
        return word;
    }
}
