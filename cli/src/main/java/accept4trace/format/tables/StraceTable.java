package accept4trace.format.tables;

import accept4trace.event.SystemCall;
import accept4trace.summary.Statistics.CallCount;
import accept4trace.text.Text;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Formats the table of strace -c -w, with a column for empty accepts. Times are wall-clock times. */
final class StraceTable {
    private static final String RULE =
            "------ ----------- ----------- --------- --------- --------- ----------------\n";

    private static final String UNKNOWN = "-";

    private StraceTable() {}

    static void append(Text out, Map<SystemCall, CallCount> calls, SortKey key) {
        Row total = calls.values().stream().map(Row::of).reduce(new Row(0, 0, 0, 0, 0), Row::plus);
        out.add("% time     seconds  usecs/call     calls    errors     empty syscall\n")
                .add(RULE);
        for (Map.Entry<SystemCall, CallCount> call : sorted(calls, key)) {
            Row.of(call.getValue()).append(out, total, call.getKey().toString());
        }
        out.add(RULE);
        total.append(out, total, "total");
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

    /** The numbers of a row. {@code timed}: calls with a known duration; {@code sumNs}: sum of these durations. */
    private record Row(long sumNs, long timed, long calls, long errors, long empty) {
        static Row of(CallCount call) {
            return new Row(
                    call.durations().sumNs(), call.durations().count(), call.calls(), call.errors(), call.empty());
        }

        Row plus(Row other) {
            return new Row(
                    sumNs + other.sumNs,
                    timed + other.timed,
                    calls + other.calls,
                    errors + other.errors,
                    empty + other.empty);
        }

        void append(Text out, Row total, String name) {
            boolean known = timed > 0 || calls == 0;
            out.add(String.format(
                    Locale.ROOT,
                    "%6s %11s %11s %9d %9s %9s %s%n",
                    known ? decimals(2, total.sumNs == 0 ? 0.0 : 100.0 * sumNs / total.sumNs) : UNKNOWN,
                    known ? decimals(6, sumNs / 1e9) : UNKNOWN,
                    known ? Long.toString(sumNs / Math.max(1, timed) / 1000) : UNKNOWN,
                    calls,
                    errors == 0 ? "" : Long.toString(errors),
                    empty == 0 ? "" : Long.toString(empty),
                    name));
        }

        private static String decimals(int digits, double number) {
            return String.format(Locale.ROOT, "%." + digits + "f", number);
        }
    }
}
