package accept4trace.session;

/**
 * Remembers attempts to connect that were evicted from a table, so that their later packets do not count as new
 * attempts. Keeps at least the latest {@link #MAX_HASHES} hashes of 64 bits, in two sets of a megabyte each. This
 * memory is only allocated when an attempt is evicted.
 */
final class EvictedAttempts {
    static final int MAX_HASHES = 65_536;
    /** An open-addressing hash table that is at most half full. */
    private static final int SLOTS = 2 * MAX_HASHES;

    private long[] older = new long[0];
    private long[] newer = new long[0];
    private int newerSize;
    /** When hashes were last forgotten, CLOCK_MONOTONIC. */
    private long forgottenNs = Long.MIN_VALUE;

    /** {@code nowNs}: CLOCK_MONOTONIC. */
    void add(long hash, long nowNs) {
        if (contains(hash)) {
            return;
        }
        if (newer.length == 0 || newerSize == MAX_HASHES) {
            forgottenNs = older.length == 0 ? forgottenNs : nowNs;
            older = newer;
            newer = new long[SLOTS];
            newerSize = 0;
        }
        newer[slot(newer, hash)] = nonZero(hash);
        newerSize++;
    }

    boolean contains(long hash) {
        return contains(newer, hash) || contains(older, hash);
    }

    /** Returns whether hashes were forgotten at the given time or later. */
    boolean hasForgottenSince(long sinceNs) {
        return forgottenNs != Long.MIN_VALUE && forgottenNs >= sinceNs;
    }

    private static boolean contains(long[] set, long hash) {
        return set.length > 0 && set[slot(set, hash)] != 0;
    }

    /** Returns the slot of a hash, or the empty slot where it belongs. */
    private static int slot(long[] set, long hash) {
        int at = (int) hash & (SLOTS - 1);
        while (set[at] != 0 && set[at] != nonZero(hash)) {
            at = (at + 1) & (SLOTS - 1);
        }
        return at;
    }

    /** An empty slot contains 0. */
    private static long nonZero(long hash) {
        return hash == 0 ? 1 : hash;
    }
}
