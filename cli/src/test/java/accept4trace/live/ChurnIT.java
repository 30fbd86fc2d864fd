package accept4trace.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Processes and threads that come, accept, and go or are killed at any moment. */
@ExtendWith(Privilege.class)
class ChurnIT {
    private static final String SECONDS =
            Integer.getInteger("a4t.churn.seconds", 5).toString();
    private static final Pattern TCP_PEER = Pattern.compile("->127\\.0\\.0\\.1:(\\d+)\\]> ");
    private static final String KILLED = ") = ? <";

    @TempDir
    private Path folder;

    @Test
    void everyCallIsToldOnceWithItsOwnPeer() throws IOException {
        Path output = folder.resolve("output");
        try (Workload workload = Workload.start("churn", SECONDS);
                Tracer tracer = Tracer.attach(workload, "-f", "--buffer", "64M", "-o", output.toString());
                PerfCount perf = PerfCount.start(folder, workload.pid())) {
            workload.go();
            workload.awaitLine("done");
            long counted = perf.stop();
            assertEquals(0, BpfPrograms.entriesOf("calls", tracer.pid()), "calls in flight of threads that are gone");
            tracer.signal("INT");
            tracer.awaitExit(130);
            workload.go();
            assertEquals(0, tracer.lost());
            compare(TracedCall.parseAll(Files.readAllLines(output)), workload.lines(), counted);
        }
    }

    private static void compare(List<TracedCall> calls, List<String> told, long counted) {
        long[] counts =
                Arrays.stream(told.get(0).split(" ")).mapToLong(Long::parseLong).toArray();
        long returned =
                calls.stream().filter(call -> !call.text().contains(KILLED)).count();
        String all = calls.size() + " calls, of which " + returned + " returned; begun, ended: " + told.get(0);
        assertEquals(counted, calls.size(), all);
        assertTrue(calls.size() <= counts[0], all);
        assertTrue(returned >= counts[1], all);
        Map<String, Integer> connections = new HashMap<>();
        calls.stream().flatMap(ChurnIT::connection).forEach(key -> connections.merge(key, 1, Integer::sum));
        for (String note : told.subList(1, told.size() - 1)) {
            assertTrue(connections.merge(note, -1, Integer::sum) >= 0, () -> "no line for thread and client " + note);
        }
        assertTrue(told.size() > 100, all);
    }

    private static Stream<String> connection(TracedCall call) {
        Matcher matcher = TCP_PEER.matcher(call.text());
        return matcher.find() ? Stream.of(call.tid() + " " + matcher.group(1)) : Stream.empty();
    }
}
