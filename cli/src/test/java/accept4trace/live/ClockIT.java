package accept4trace.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The machine's clock is set while calls are traced. */
@ExtendWith(Privilege.class)
class ClockIT {
    private static final long DAY = 24L * 60 * 60;
    /** Nothing here takes so long, whatever the machine. */
    private static final double FAR = 3600;

    private static final Pattern STAMPED =
            Pattern.compile("\\[pid \\d+<storm>\\] +(\\d+\\.\\d{6}) accept4\\(.* <(?:>=)?(\\d+\\.\\d{6})>");

    @Tag("own-machine")
    @Test
    void stampsFollowItAndDurationsDoNot() {
        try (Workload workload = Workload.start("storm", "steady", "mixed");
                Tracer stamps = Tracer.attach(workload, "-ttt");
                Tracer relative = Tracer.attach(workload, "-r")) {
            workload.go();
            double start = number(stamps.out().awaitLine("a call", line -> true), 1);
            shiftClock("+1 day");
            stamps.out().awaitLine("a call of tomorrow", line -> number(line, 1) > start + DAY - FAR);
            shiftClock("-3 days");
            stamps.out()
                    .awaitLine("a call of the day before yesterday", line -> number(line, 1) < start - 2 * DAY + FAR);
            shiftClock("+2 days");
            workload.finish();
            assertNear(stamps.out().awaitEnd(), 2);
            assertNear(relative.out().awaitEnd(), 1);
            assertNear(relative.out().awaitEnd(), 2);
            stamps.awaitExit(0);
            relative.awaitExit(0);
        }
    }

    /** In a time namespace CLOCK_MONOTONIC and CLOCK_BOOTTIME are others than ours. */
    @Test
    void aTimeNamespaceChangesNoDuration() {
        String[] command = {
            Requirements.installed("unshare").toString(),
            "-T",
            "--monotonic=864000",
            "--boottime=864000",
            "--fork",
            "--kill-child",
            Workload.executable("storm").toString(),
            "100",
            "mixed"
        };
        try (Program workload = Program.bash("exec \"$@\"", command)) {
            workload.out().awaitLine("the workload is ready", "ready"::equals);
            try (Tracer tracer = Tracer.start("-f", "-r", "-p", Long.toString(workload.pid()))) {
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
                assertNear(lines, 1);
                assertNear(lines, 2);
            }
        }
    }

    /** 1: the time before a call, 2: its duration. */
    private static double number(String line, int group) {
        Matcher matcher = STAMPED.matcher(line);
        return matcher.find() ? Double.parseDouble(matcher.group(group)) : 0;
    }

    private static void assertNear(List<String> lines, int group) {
        for (String line : lines) {
            assertTrue(number(line, group) < FAR, line);
            assertTrue(line.contains("+++") || STAMPED.matcher(line).find(), line);
        }
    }

    /** By GNU date, which counts from now. */
    private static void shiftClock(String shift) {
        try (Program date = Program.bash("date -s \"@$(date -d \"$1\" +%s)\"", shift)) {
            assertEquals(0, date.awaitExit(), () -> date.err().awaitEnd().toString());
        }
    }
}
