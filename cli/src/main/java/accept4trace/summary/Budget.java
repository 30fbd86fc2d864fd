package accept4trace.summary;

/** A limit of heap, in bytes, that several tables share. */
public final class Budget {
    private final long bytes;
    private long taken;

    public Budget(long bytes) {
        this.bytes = bytes;
    }

    /** Reserves {@code count} bytes. If they do not fit, reserves nothing and returns false. */
    public boolean take(long count) {
        boolean fits = taken + count <= bytes;
        taken += fits ? count : 0;
        return fits;
    }

    /** Reserves {@code count} bytes even if they do not fit. The caller must make room if {@link #isExceeded}. */
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
