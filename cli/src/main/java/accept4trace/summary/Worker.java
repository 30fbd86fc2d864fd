package accept4trace.summary;

/**
 * A process that accepts, or one of its threads.
 *
 * @param tgid id of the process
 * @param tid id of the thread; {@link #WHOLE} for a process in which only one thread accepts; {@link #REST} for the
 *     calls of a process that are not in the rows of its threads
 * @param comm name of the process, raw bytes
 * @param calls number of accepts, including failed ones
 * @param empty number of accepts that found no connection
 */
public record Worker(int tgid, int tid, byte[] comm, long calls, long connections, long empty) {
    public static final int WHOLE = 0;
    public static final int REST = -1;

    public boolean isThread() {
        return tid > 0;
    }
}
