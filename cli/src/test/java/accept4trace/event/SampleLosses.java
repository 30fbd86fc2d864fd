package accept4trace.event;

import accept4trace.event.Losses.Skipped;
import java.util.Arrays;

/** Losses from a list of numbers. */
public final class SampleLosses {
    private SampleLosses() {}

    /** The numbers are in the order of the components of Losses and then of Skipped; missing ones are 0. */
    public static Losses losses(long... numbers) {
        long[] all = Arrays.copyOf(numbers, 9);
        return new Losses(all[0], all[1], all[2], new Skipped(all[3], all[4], all[5], all[6], all[7], all[8]));
    }
}
