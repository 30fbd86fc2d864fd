package accept4trace.event;

import accept4trace.text.Units;

/**
 * A condition of --trigger that was met.
 *
 * @param condition the condition as given, e.g. "wait=100ms"
 * @param what description of what met the condition, in printable ASCII, e.g. "wait=0.134512 in nginx[1234]"
 * @param atNs when it was met, CLOCK_MONOTONIC
 * @param keptNs length of the time before {@code atNs} from which everything is kept, in nanoseconds; negative if not
 *     known yet
 * @param wantedNs the time before {@code atNs} that was asked for, in nanoseconds
 */
public record TriggerEvent(String condition, String what, long atNs, long keptNs, long wantedNs) {
    private static final long TENTH_NS = Units.SECOND_NS / 10;
    private static final long MILLI_NS = Units.SECOND_NS / 1000;

    public TriggerEvent withKept(long nanos) {
        return new TriggerEvent(condition, what, atNs, Math.max(0, nanos), wantedNs);
    }

    public boolean isComplete() {
        return keptNs >= wantedNs;
    }

    /** Returns e.g. "trigger wait=100ms: wait=0.134512 in nginx[1234]; only 2.1 s kept". */
    public String text() {
        return "trigger " + condition + ": " + what + (isComplete() ? "" : "; only " + kept() + " kept");
    }

    /** Rounds down, so that no more is promised than is kept. */
    private String kept() {
        return keptNs < TENTH_NS
                ? keptNs / MILLI_NS + " ms"
                : keptNs / Units.SECOND_NS + "." + keptNs / TENTH_NS % 10 + " s";
    }
}
