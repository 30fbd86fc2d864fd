package accept4trace.diagnose;

import accept4trace.event.Losses;
import accept4trace.summary.ListenerCount;
import accept4trace.summary.Run;
import accept4trace.summary.Statistics;
import accept4trace.text.Paint;
import accept4trace.text.Text;
import accept4trace.text.Units;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;

/** A diagnosis as text: the verdict, the findings with their remedies, and the numbers of the run. */
public final class DiagnosisText {
    private static final int NARROWEST = 60;
    private static final int WIDEST = 100;
    private static final int PROGRAMS = 4;
    private static final String NOTE = "note: ";
    /** The indentation of a remedy below its finding. */
    private static final int REMEDY_COLUMN = 8;

    private final int columns;

    /** {@code columns}: the width of the terminal. */
    public DiagnosisText(int columns) {
        this.columns = Math.max(NARROWEST, Math.min(WIDEST, columns));
    }

    public void append(Text out, Diagnosis diagnosis, Run run) {
        wrapped(out, "", verdict(diagnosis, run));
        List<Finding> faults = diagnosis.faults();
        for (int i = 0; i < faults.size(); i++) {
            out.add('\n');
            finding(out, "[" + (i + 1) + "] ", faults.get(i), Paint.ERROR);
        }
        for (Finding note : diagnosis.notes()) {
            out.add('\n');
            finding(out, NOTE, note, Paint.FLAGS);
        }
        out.add('\n');
        numbers(diagnosis, run, out.isUtf8()).forEach(line -> wrapped(out, "", line));
    }

    private static String verdict(Diagnosis diagnosis, Run run) {
        String time = String.format(Locale.ROOT, "%.1f s", run.durationNs() / 1e9);
        if (diagnosis.processes() == 0 && diagnosis.findings().isEmpty()) {
            return "nothing to diagnose: no call in " + time;
        }
        int faults = diagnosis.faults().size();
        String found = faults == 0 ? "nothing wrong found" : Units.plural(faults, "finding", "findings");
        return diagnosis.processes() == 0
                ? found + " in " + time
                : found + " in " + time + " on " + Units.plural(diagnosis.processes(), "process", "processes") + " ("
                        + Units.firstOf(diagnosis.programs(), PROGRAMS) + ")";
    }

    private void finding(Text out, String label, Finding finding, Paint paint) {
        out.paint(paint);
        wrapped(out, label, finding.headline());
        out.unpaint();
        wrapped(out, " ".repeat(REMEDY_COLUMN), finding.remedy());
    }

    /** Wraps the text. All lines after the first are indented by the length of the label. */
    private void wrapped(Text out, String label, String text) {
        StringBuilder line = new StringBuilder(label);
        boolean first = true;
        for (String word : text.split(" ")) {
            if (!first && line.length() + 1 + word.length() > columns) {
                out.utf8(line.toString()).add('\n');
                line = new StringBuilder(" ".repeat(label.length()));
                first = true;
            }
            line.append(first ? "" : " ").append(word);
            first = false;
        }
        out.utf8(line.toString()).add('\n');
    }

    private static List<String> numbers(Diagnosis diagnosis, Run run, boolean utf8) {
        Statistics statistics = Objects.requireNonNull(run.statistics());
        Stream<String> about = statistics.callCount() == 0
                ? Stream.of(diagnosis.silence())
                : Stream.of(calls(diagnosis, statistics, run.durationNs()), queues(statistics, utf8));
        Stream<String> limits = Stream.of(
                diagnosis.unseen() == null ? "" : "not seen on this kernel: " + diagnosis.unseen(),
                diagnosis.forgotten() == null ? "" : diagnosis.forgotten(),
                lost(run.losses()));
        return Stream.concat(about, limits).filter(line -> !line.isEmpty()).toList();
    }

    private static String calls(Diagnosis diagnosis, Statistics statistics, long durationNs) {
        return Units.plural(accepts(statistics), "accept", "accepts") + ", "
                + Units.plural(statistics.connections(), "connection", "connections") + " ("
                + Units.perSecond(statistics.connections(), durationNs) + "), "
                + Units.plural(diagnosis.wakeUps().all(), "wake-up", "wake-ups") + ", "
                + Units.count(diagnosis.wakeUps().empty()) + " without a connection";
    }

    private static long accepts(Statistics statistics) {
        return statistics.calls().entrySet().stream()
                .filter(call -> call.getKey().isAccept())
                .mapToLong(call -> call.getValue().calls())
                .sum();
    }

    private static String queues(Statistics statistics, boolean utf8) {
        if (statistics.connections() == 0) {
            return "";
        }
        String waits = statistics.waits().count() == 0
                ? "waits unknown"
                : "waits in the accept queue: " + Check.percentiles(statistics.waits(), utf8);
        return statistics.listeners().values().stream()
                .filter(listener -> listener.queueHigh() >= 0)
                .max(Comparator.comparingDouble(DiagnosisText::fill))
                .map(fullest -> waits + "; queue at most " + Units.count(fullest.queueHigh()) + " of "
                        + Units.count(fullest.queueMax()))
                .orElse(waits);
    }

    private static double fill(ListenerCount listener) {
        return listener.queueMax() == 0 ? 0 : (double) listener.queueHigh() / listener.queueMax();
    }

    private static String lost(Losses losses) {
        List<String> parts = new ArrayList<>();
        if (losses.events() > 0) {
            parts.add(Units.plural(losses.events(), "event was", "events were")
                    + " lost (a larger --buffer holds longer bursts)");
        }
        if (losses.skipped().calls() > 0) {
            parts.add("at most " + Units.plural(losses.skipped().calls(), "call is", "calls are") + " missing");
        }
        long children = losses.children() + losses.skipped().children();
        if (children > 0) {
            parts.add("at most " + Units.plural(children, "process was", "processes were") + " not followed");
        }
        long packets = losses.skipped().refusals() + losses.uncounted().packets();
        addSkipped(parts, packets, "refused packet is", "refused packets are");
        addSkipped(
                parts, losses.uncounted().unixConnects(), "refused AF_UNIX connect is", "refused AF_UNIX connects are");
        addSkipped(parts, losses.skipped().closings(), "closed listener is", "closed listeners are");
        addSkipped(parts, losses.skipped().turnedAway(), "client turned away is", "clients turned away are");
        return parts.isEmpty() ? "" : "the numbers are incomplete: " + String.join(", ", parts);
    }

    private static void addSkipped(List<String> parts, long count, String one, String many) {
        if (count > 0) {
            parts.add("at most " + Units.plural(count, one, many) + " missing");
        }
    }
}
