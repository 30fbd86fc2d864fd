package accept4trace.action;

import accept4trace.capture.CallFilter;
import accept4trace.capture.CallFilter.Call;
import accept4trace.event.FamilyCoverage;
import accept4trace.options.CallRequirement;
import accept4trace.outcome.ExitStatus;
import accept4trace.outcome.UserError;
import accept4trace.output.Notices;
import accept4trace.recording.Header;
import accept4trace.recording.Recording;
import accept4trace.text.Units;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The kinds of calls and events that a recording contains.
 *
 * @param selected what -e selected while recording
 * @param all {@code selected}, and refused connections and closed listeners that were recorded for another reason, such
 *     as --trigger=refused
 */
record RecordedCalls(Set<Call> selected, Set<Call> all) {
    private static final String LINES_HINT = "without -e, --read shows all that -e selected while recording";
    private static final String DIAGNOSIS_HINT =
            "-e accept4,accept,io_uring,%poll,refused,closed --format=raw records what --diagnose needs";

    static RecordedCalls of(Recording recording) {
        Set<Call> selected = selected(recording.header());
        Set<Call> all = EnumSet.copyOf(selected);
        if (!recording.refusals().equals(FamilyCoverage.NONE)) {
            all.add(Call.REFUSED);
        }
        if (!recording.closings().equals(FamilyCoverage.NONE)) {
            all.add(Call.CLOSED);
        }
        return new RecordedCalls(selected, all);
    }

    private static Set<Call> selected(Header header) {
        Set<String> names =
                Arrays.stream(header.get(Header.CALLS).split(",", -1)).collect(Collectors.toSet());
        Set<Call> selected = EnumSet.noneOf(Call.class);
        for (Call call : Call.values()) {
            if (names.contains(call.toString())) {
                selected.add(call);
            }
        }
        return selected.isEmpty() ? EnumSet.copyOf(CallFilter.NONE.calls()) : selected;
    }

    /**
     * Returns those of {@code wanted} that were recorded. Leaves out other calls, because "-e all" and "-e !SET" may
     * include them. Fails if an event was not recorded, because -e selects events only by their names.
     */
    Set<Call> among(Set<Call> wanted) throws UserError {
        Set<Call> events = EnumSet.copyOf(wanted);
        events.removeAll(Call.ALL);
        requireForLines(events);
        Set<Call> among = EnumSet.copyOf(all);
        among.retainAll(wanted);
        if (among.isEmpty()) {
            throw new UserError(ExitStatus.FAILURE, "-e selects nothing that was recorded", LINES_HINT);
        }
        return among;
    }

    /** Fails if anything that -e selects while reading was not recorded. */
    void requireForLines(Set<Call> wanted) throws UserError {
        require(wanted, "-e cannot select it", LINES_HINT);
    }

    /** Fails if an option would have no effect, because {@code shown} contains nothing that it affects. */
    void requireFor(CallRequirement requirement, Set<Call> shown) throws UserError {
        if (requirement.isMetBy(shown)) {
            return;
        }
        if (requirement.isMetBy(selected)) {
            throw new UserError(ExitStatus.FAILURE, requirement.text() + ", but none of them is selected", LINES_HINT);
        }
        throw new UserError(
                ExitStatus.FAILURE,
                without(missing(requirement.affected())) + ": " + requirement.option() + " would have no effect",
                "-e accept4,accept --format=raw records accepts");
    }

    /** Fails if the calls and events that a diagnosis uses were not recorded. */
    void requireForDiagnosis() throws UserError {
        Set<Call> needed = EnumSet.copyOf(CallFilter.DIAGNOSED);
        needed.add(Call.REFUSED);
        require(needed, "--diagnose is not available", DIAGNOSIS_HINT);
    }

    /** Fails if refused connections were not recorded, because --trigger=refused needs them. */
    void requireForTrigger() throws UserError {
        require(
                Set.of(Call.REFUSED),
                "--trigger=refused is not available",
                "-e accept4,accept,refused --format=raw records refused connections");
    }

    private void require(Set<Call> needed, String consequence, String hint) throws UserError {
        List<Call> missing = missing(needed);
        if (!missing.isEmpty()) {
            throw new UserError(ExitStatus.FAILURE, without(missing) + ": " + consequence, hint);
        }
    }

    /** Says which kinds of lost connections a summary does not count because they were not recorded. */
    void reportUncounted(Notices notices) {
        List<Call> missing = missing(Set.of(Call.REFUSED, Call.CLOSED));
        if (!missing.isEmpty()) {
            notices.always(without(missing) + ": the summary does not count connections that were lost that way");
            notices.hint("-e accept4,accept,refused,closed --format=raw records them");
        }
    }

    private List<Call> missing(Set<Call> needed) {
        return needed.stream().filter(call -> !all.contains(call)).sorted().toList();
    }

    private static String without(List<Call> missing) {
        return missing.containsAll(Call.ALL)
                ? "recorded without any call"
                : "recorded without "
                        + Units.list(missing.stream().map(Call::toString).toList());
    }
}
