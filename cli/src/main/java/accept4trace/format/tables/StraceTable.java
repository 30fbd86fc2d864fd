package accept4trace.format.tables;

import accept4trace.event.SystemCall;
import accept4trace.summary.Statistics.CallCount;
import accept4trace.text.Text;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Formats the table of strace -c -w. Times are wall-clock times. */
final class StraceTable {
    private static final String RULE = "------ ----------- ----------- --------- --------- ----------------\n";

    private StraceTable() {}

    static void append(Text out, Map<SystemCall, CallCount> calls, SortKey key) {
        long sumNs = calls.values().stream()
                .mapToLong(call -> call.durations().sumNs())
                .sum();
        long count = calls.values().stream().mapToLong(CallCount::calls).sum();
        long timed = calls.values().stream()
                .mapToLong(call -> call.durations().count())
                .sum();
        long errors = calls.values().stream().mapToLong(CallCount::errors).sum();
        out.add("% time     seconds  usecs/call     calls    errors syscall\n").add(RULE);
        for (Map.Entry<SystemCall, CallCount> call : sorted(calls, key)) {
            CallCount one = call.getValue();
            row(
                    out,
                    one.durations().sumNs(),
                    sumNs,
                    average(one),
                    one.calls(),
                    one.errors(),
                    call.getKey().toString());
        }
        out.add(RULE);
        row(out, sumNs, sumNs, sumNs / Math.max(1, timed), count, errors, "total");
    }

    private static List<Map.Entry<SystemCall, CallCount>> sorted(Map<SystemCall, CallCount> calls, SortKey key) {
        Comparator<Map.Entry<SystemCall, CallCount>> order =
                switch (key) {
                    case TIME ->
                        Comparator.comparingLong(
                                call -> -call.getValue().durations().sumNs());
                    case CALLS ->
                        Comparator.comparingLong(call -> -call.getValue().calls());
                    case ERRORS ->
                        Comparator.comparingLong(call -> -call.getValue().errors());
                    case AVG_TIME -> Comparator.comparingLong(call -> -average(call.getValue()));
                    case MAX_TIME ->
                        Comparator.comparingLong(
                                call -> -call.getValue().durations().maxNs());
                    case NAME -> Map.Entry.comparingByKey(SystemCall.BY_NAME);
                    case NONE -> Comparator.comparingInt(call -> 0);
                };
        return calls.entrySet().stream().sorted(order).toList();
    }

    private static long average(CallCount call) {
        return call.durations().sumNs() / Math.max(1, call.durations().count());
    }

    private static void row(Text out, long sumNs, long allNs, long averageNs, long calls, long errors, String name) {
        out.add(String.format(
                Locale.ROOT,
                "%6.2f %11.6f %11d %9d %9s %s%n",
                allNs == 0 ? 0.0 : 100.0 * sumNs / allNs,
                sumNs / 1e9,
                averageNs / 1000,
                calls,
                errors == 0 ? "" : Long.toString(errors),
                name));
    }
}
