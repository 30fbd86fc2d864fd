package accept4trace.view;

import java.util.Arrays;

/** The rates of the last seconds, one for each second. */
final class History {
    /** More than the columns of any terminal. */
    private static final int SECONDS = 512;

    private final double[] rates = new double[SECONDS];
    private int count;

    void add(double rate) {
        rates[count++ % SECONDS] = rate;
    }

    /** Returns the rates, the latest last. */
    double[] latest() {
        int known = Math.min(count, SECONDS);
        double[] latest = new double[known];
        for (int i = 0; i < known; i++) {
            latest[i] = rates[(count - known + i) % SECONDS];
        }
        return latest;
    }

    void clear() {
        Arrays.fill(rates, 0);
        count = 0;
    }
}
