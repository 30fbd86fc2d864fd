package accept4trace.action;

import accept4trace.event.FamilyCoverage;
import accept4trace.options.Settings;
import accept4trace.outcome.ExitStatus;
import accept4trace.outcome.UserError;
import accept4trace.output.Notices;
import accept4trace.queue.QueueSampler;
import accept4trace.recording.Recorder;
import accept4trace.report.TriggerWatch;
import accept4trace.session.SessionOutput;
import accept4trace.trigger.Condition.Kind;
import accept4trace.trigger.Flight;
import accept4trace.trigger.FlightFormatter;
import accept4trace.trigger.LineStore;
import accept4trace.trigger.Store;
import accept4trace.trigger.TriggerSettings;
import org.jspecify.annotations.Nullable;

/** Limits an output to windows, i.e. periods of time around the triggers of --trigger. */
record Triggers(Settings settings) {
    /**
     * Fails if --trigger=refused can never be met. {@code where}: the beginning of the message, e.g.
     * "this kernel does not show".
     */
    void check(FamilyCoverage refusals, String where, String hint) throws UserError {
        TriggerSettings triggers = settings.session().trigger();
        if (triggers != null && triggers.has(Kind.REFUSED) && refusals.equals(FamilyCoverage.NONE)) {
            throw new UserError(
                    ExitStatus.FAILURE, where + " refused connections: --trigger=refused is not available", hint);
        }
    }

    /**
     * Wraps an output, or returns it if there is no --trigger.
     *
     * @param recorder the formatter of the output if it writes a recording, else null
     * @param queues takes snapshots for conditions on accept queues
     */
    SessionOutput wrap(SessionOutput output, @Nullable Recorder recorder, QueueSampler queues, Notices notices) {
        TriggerSettings triggers = settings.session().trigger();
        if (triggers == null) {
            return output;
        }
        Flight flight = new Flight(triggers);
        Store store = recorder == null
                ? new LineStore(flight, output.formatter(), output.sink().style())
                : recorder.recordOnly(flight);
        return new SessionOutput(
                new FlightFormatter(output.formatter(), flight, store),
                output.sink(),
                new TriggerWatch(flight, output.observer(), queues, notices.derived()),
                output.refused(),
                output.closings(),
                output.windows());
    }

    /** Reports why nothing is shown at first. */
    void report(Notices notices) {
        TriggerSettings triggers = settings.session().trigger();
        if (triggers != null) {
            notices.derived().note("nothing is shown until " + triggers.text());
        }
    }
}
