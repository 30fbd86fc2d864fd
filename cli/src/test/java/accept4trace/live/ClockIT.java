package accept4trace.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tests traces during which the machine's clock is set, and traces in time namespaces. */
@ExtendWith(Privilege.class)
class ClockIT {
    private static final long DAY = 24L * 60 * 60;
    /** A tolerance in seconds, which is longer than any call or test takes on any machine. */
    private static final double FAR = 3600;

    /**
     * Has groups for the time stamp, the time since the previous call, and the duration. Negative times do not match,
     * so {@link #assertTimesAreShort} fails if a line has one.
     */
    private static final Pattern STAMPED =
            Pattern.compile("\\[pid \\d+<storm>\\] (\\d+\\.\\d{6}) \\(\\+ +(\\d+\\.\\d{6})\\)"
                    + " accept4\\(.* <(?:>=)?(\\d+\\.\\d{6})>");

    @Tag("own-machine")
    @Test
    void stampsFollowTheClockAndDurationsDoNot() {
        try (Workload workload = Workload.start("storm", "steady", "mixed");
                Tracer tracer = Tracer.attach(workload, "-ttt", "-r")) {
            workload.go();
            double start = stamp(tracer.out().awaitLine("a call", line -> true));
            shiftClock("+1 day");
            tracer.out().awaitLine("a call of tomorrow", line -> stamp(line) > start + DAY - FAR);
            shiftClock("-3 days");
            tracer.out().awaitLine("a call of the day before yesterday", line -> stamp(line) < start - 2 * DAY + FAR);
            shiftClock("+2 days");
            workload.finish();
            assertTimesAreShort(tracer.out().awaitEnd());
            tracer.awaitExit(0);
        }
    }

    @Tag("any-kernel")
    @Test
    void timeNamespaceDoesNotChangeDurations() {
        try (Program workload = TimeNamespace.start(Workload.executable("storm"), List.of("100", "mixed"))) {
            workload.out().awaitLine("the workload is ready", "ready"::equals);
            try (Tracer tracer = Tracer.start("-f", "-ttt", "-r", "-p", Long.toString(workload.pid()))) {
                tracer.awaitLive();
                workload.sendLine();
                workload.closeInput();
                List<String> lines = tracer.out().awaitEnd();
                tracer.awaitExit(0);
                assertEquals(
                        100,
                        lines.stream()
                                .filter(line -> line.contains(" accept4("))
                                .count());
                assertTimesAreShort(lines);
            }
        }
    }

    @Tag("any-kernel")
    @Test
    void tracerInATimeNamespaceShowsTheTimeOfDay() {
        double start = System.currentTimeMillis() / 1000.0;
        try (Workload workload = Workload.start("storm", "100", "mixed");
                Tracer tracer = Tracer.startInTimeNamespace("-ttt", "-r", "-p", workload.pidText())) {
            tracer.awaitLive();
            workload.go();
            workload.finish();
            List<String> lines = tracer.out().awaitEnd();
            tracer.awaitExit(0);
            assertTimesAreShort(lines);
            assertTrue(Math.abs(stamp(lines.get(0)) - start) < FAR, lines.get(0));
        }
    }

    private static double stamp(String line) {
        Matcher matcher = STAMPED.matcher(line);
        return matcher.find() ? Double.parseDouble(matcher.group(1)) : 0;
    }

    private static void assertTimesAreShort(List<String> lines) {
        for (String line : lines) {
            Matcher matcher = STAMPED.matcher(line);
            assertTrue(line.contains("+++") || matcher.find(), line);
            assertTrue(line.contains("+++") || isShort(matcher.group(2)) && isShort(matcher.group(3)), line);
        }
    }

    private static boolean isShort(String seconds) {
        return Double.parseDouble(seconds) < FAR;
    }

    /** Sets the clock with GNU date, relative to the current time. */
    private static void shiftClock(String shift) {
        try (Program date = Program.bash("date -s \"@$(date -d \"$1\" +%s)\"", shift)) {
            assertEquals(0, date.awaitExit(), () -> date.err().awaitEnd().toString());
        }
    }
}
