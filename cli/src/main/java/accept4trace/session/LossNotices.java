package accept4trace.session;

import accept4trace.event.Losses;
import accept4trace.output.Notices;
import accept4trace.text.Units;

/** The notices at the end of a run: how much was shown, and what is missing. */
final class LossNotices {
    private final Notices notices;

    LossNotices(Notices notices) {
        this.notices = notices;
    }

    void report(long calls, Losses losses) {
        String summary = "detached after " + counted(calls, "call") + ", " + events(losses.events());
        if (losses.events() > 0) {
            notices.failure(summary + " lost: the ring buffer was full", "a larger --buffer holds longer bursts");
        } else {
            notices.note(summary + " lost");
        }
        if (losses.children() > 0) {
            notices.always(Units.plural(losses.children(), "child was", "children were")
                    + " not followed: too many processes");
        }
        reportSkipped(losses.skipped());
        if (losses.entries() > 0) {
            notices.always(Units.plural(losses.entries(), "call has", "calls have")
                    + " no start time: the table of threads was full");
        }
    }

    private void reportSkipped(Losses.Skipped skipped) {
        if (skipped.calls() > 0) {
            notices.always("at most " + Units.plural(skipped.calls(), "call is", "calls are")
                    + " missing: the kernel skipped the programs that report them");
        }
        if (skipped.children() > 0) {
            notices.always("at most " + Units.plural(skipped.children(), "child was", "children were")
                    + " not followed: the kernel skipped the program at their fork");
        }
        if (skipped.halves() > 0) {
            notices.always(Units.plural(skipped.halves(), "call is", "calls are")
                    + " marked <?>: the kernel skipped the program at "
                    + (skipped.halves() == 1 ? "its" : "their") + " entry or exit");
        }
        if (skipped.refusals() > 0) {
            notices.always("at most " + Units.plural(skipped.refusals(), "refused packet is", "refused packets are")
                    + " missing: the kernel skipped the programs that report them");
        }
        if (skipped.closings() > 0) {
            notices.always("at most "
                    + Units.plural(
                            skipped.closings(),
                            "closed listener or client that gave up is",
                            "closed listeners or clients that gave up are")
                    + " missing: the kernel skipped the programs that report them");
        }
        if (skipped.turnedAway() > 0) {
            notices.always("at most "
                    + Units.plural(skipped.turnedAway(), "client turned away is", "clients turned away are")
                    + " not counted: the kernel skipped the program that reports them");
        }
    }

    static String events(long count) {
        return counted(count, "event");
    }

    static String counted(long count, String noun) {
        return count + " " + noun + (count == 1 ? "" : "s");
    }
}
