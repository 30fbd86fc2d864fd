package accept4trace.diagnose;

import accept4trace.event.FamilyCoverage;
import accept4trace.event.Losses;

/**
 * What the hooks of a run show.
 *
 * @param refusals which refused connections are seen, unless events are lost
 * @param closings which resets by closed listeners are seen
 * @param lostConnections whether connections are seen that a failing call takes off the queue
 * @param everyAccept whether accepts other than native system calls are seen, e.g. those of io_uring
 * @param losses the events that were lost nevertheless
 */
public record Visibility(
        FamilyCoverage refusals,
        FamilyCoverage closings,
        boolean lostConnections,
        boolean everyAccept,
        Losses losses) {}
