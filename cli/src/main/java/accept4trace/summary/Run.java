package accept4trace.summary;

import accept4trace.event.Losses;
import org.jspecify.annotations.Nullable;

/**
 * What a run, or an interval of it, came to.
 *
 * @param calls lines of calls
 * @param losses in that time
 * @param durationNs how long it took
 * @param statistics null when nobody has asked for them
 */
public record Run(long calls, Losses losses, long durationNs, @Nullable Statistics statistics) {}
