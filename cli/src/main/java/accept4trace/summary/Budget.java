package accept4trace.summary;

/** Bytes of heap that some tables may take together. */
public final class Budget {
    private final long bytes;
    private long taken;

    public Budget(long bytes) {
        this.bytes = bytes;
    }

    /** Reserves {@code count} bytes; false, with nothing reserved, if they do not fit. */
    public boolean take(long count) {
        boolean fits = taken + count <= bytes;
        taken += fits ? count : 0;
        return fits;
    }

    /** Reserves {@code count} bytes even if they do not fit: the caller makes room, see {@link #isExceeded}. */
    public void force(long count) {
        taken += count;
    }

    public boolean isExceeded() {
        return taken > bytes;
    }

    public void give(long count) {
        taken -= count;
    }
}
