package accept4trace.summary;

import accept4trace.event.ListenerHolder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The processes that have accepted from a listener; if there are none, those that hold it. Keeps the names of the first
 * {@link #NAMED}, and the ids of the first {@link #MAX}.
 */
public final class Owners {
    /** Number of owners with a name. */
    public static final int NAMED = 3;
    /** Enough for a worker on each core of most machines. More would slow down each accept. */
    private static final int MAX = 64;
    /** Estimated heap in bytes, without owners after the first {@link #NAMED}. */
    static final int BYTES = 56 + NAMED * 80;

    private final List<Owner> named = new ArrayList<>(NAMED);
    private final Budget budget;
    private int[] ids = new int[NAMED];
    private int count;
    private boolean more;

    /** An owner. {@code comm}: raw bytes. */
    public record Owner(int tgid, byte[] comm) {}

    /** {@code budget}: for owners after the first {@link #NAMED}. */
    Owners(Budget budget) {
        this.budget = budget;
    }

    void add(int tgid, byte[] comm) {
        for (int i = 0; i < count; i++) {
            if (ids[i] == tgid) {
                return;
            }
        }
        if (count == ids.length && !grow()) {
            more = true;
            return;
        }
        if (count < NAMED) {
            named.add(new Owner(tgid, comm));
        }
        ids[count++] = tgid;
    }

    private boolean grow() {
        int length = Math.min(MAX, 4 * ids.length);
        if (length == ids.length || !budget.take((long) (length - ids.length) * Integer.BYTES)) {
            return false;
        }
        ids = Arrays.copyOf(ids, length);
        return true;
    }

    /** Adds processes that hold a listener from which nobody has accepted. */
    void addHolders(List<ListenerHolder> holders) {
        holders.forEach(holder -> add(holder.tgid(), holder.comm()));
        more |= holders.size() >= MAX;
    }

    /** Returns the first {@link #NAMED} owners. */
    public List<Owner> named() {
        return List.copyOf(named);
    }

    /** Returns the number of owners; a lower bound if {@link #hasMore}. */
    public int count() {
        return count;
    }

    /** Returns whether there may be more owners than {@link #count}. */
    public boolean hasMore() {
        return more;
    }
}
