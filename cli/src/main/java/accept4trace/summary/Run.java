package accept4trace.summary;

import accept4trace.event.Losses;
import org.jspecify.annotations.Nullable;

/**
 * The results of a run or of an interval.
 *
 * @param calls number of reported calls
 * @param losses losses during that time
 * @param durationNs length of that time in nanoseconds
 * @param statistics null if statistics are off
 */
public record Run(long calls, Losses losses, long durationNs, @Nullable Statistics statistics) {}
