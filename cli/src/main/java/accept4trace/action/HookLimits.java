package accept4trace.action;

import accept4trace.capture.CallFilter;
import accept4trace.capture.CallFilter.Call;
import accept4trace.capture.EventSource;
import accept4trace.capture.Probe;
import accept4trace.event.Coverage;
import accept4trace.options.Settings;
import accept4trace.output.Notices;
import java.util.ArrayList;
import java.util.List;

/** Says what the hooks in use cannot see, and what they cost. */
record HookLimits(Settings settings, Refusals refusals, EventSource source, Notices notices) {
    /** Reports what the hooks in use do not show about calls, if calls are traced. */
    void reportUnseenCalls() {
        if (!hasCalls() || source.seesEveryAccept()) {
            return;
        }
        String why = source.hooksNote().isEmpty() ? "--probe=tracepoint" : source.hooksNote();
        notices.note(why + ": peers are looked up after each call; ~peer marks those that may be wrong");
        if (settings.selection().filter().calls().contains(Call.IO_URING)) {
            notices.always("accepts by io_uring are not seen without kprobes or fentry");
        }
        if (settings.target().all()) {
            notices.note(
                    "accepts by 32-bit programs and by servers in the kernel are not seen without kprobes or fentry");
        }
    }

    private boolean hasCalls() {
        return settings.selection().filter().hasCalls();
    }

    /**
     * Names the details that the hooks cannot see. Lines omit unknown details, but also details that are zero, so a
     * line alone does not say whether a missing detail is unknown or zero.
     */
    String unknownHere() {
        CallFilter filter = settings.selection().filter();
        List<String> unknown = new ArrayList<>();
        if (refusals.areWanted()) {
            unknown.addAll(Refusals.unknown(source.refusals(), filter));
        }
        if (refusals.closingsAreWanted()
                && filter.canBeUnix()
                && source.closings().unix() == Coverage.NONE) {
            unknown.add("closed AF_UNIX listeners");
        }
        if (hasCalls() && !source.probe().seesLostConnections()) {
            unknown.add("lost");
        }
        if (hasCalls() && !source.probe().seesDeniedCalls()) {
            unknown.add("calls that seccomp answers");
        }
        return unknown.isEmpty() ? "" : "; unknown here: " + String.join(", ", unknown);
    }

    /** Warns if this run slows down other processes, although --probe=fentry was chosen to avoid that. */
    void reportCostForOthers() {
        if (source.probe() == Probe.FENTRY && source.slowsOthers()) {
            String option = settings.report().diagnose() ? "--diagnose needs" : "the selected calls need";
            notices.note(option + " tracepoints, which slow down every system call of every process");
        }
    }
}
