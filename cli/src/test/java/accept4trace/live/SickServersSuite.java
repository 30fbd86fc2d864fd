package accept4trace.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests that --diagnose finds what is wrong with sick servers, and nothing else. Run it with .ci/run --suite servers.
 */
@ExtendWith(Privilege.class)
class SickServersSuite {
    /** Must be longer in an emulated machine, where it takes seconds to make a server sick. */
    private static final String DURATION = System.getProperty("a4t.diagnosis", "15s");

    static Stream<Arguments> cases() {
        List<PackagedServer.Kind> servers = Stream.concat(
                        PackagedServer.usual().stream(), PackagedServer.variants().stream())
                .toList();
        return Stream.of(Sickness.values())
                .flatMap(sickness ->
                        servers.stream().filter(sickness::canAffect).map(server -> Arguments.of(sickness, server)));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void findsTheSicknessAndNothingElse(Sickness sickness, PackagedServer.Kind kind, @TempDir Path folder)
            throws IOException {
        try (PackagedServer server = PackagedServer.start(kind, folder);
                Clients clients = new Clients(server.port());
                Tracer tracer = Tracer.start(
                        "--diagnose=" + DURATION, "--format=json", "--fail-on=any", "-f", "-p", server.targets())) {
            long overflows = PackagedServer.overflows();
            tracer.awaitLive();
            sickness.afflict(server, clients);
            List<String> lines = tracer.out().awaitEnd();
            List<String> faults = faults(lines);
            assertEquals(1, faults.size(), () -> String.join("\n", lines));
            assertEquals(sickness.finding(), field(faults.get(0), "finding"));
            assertNumbers(faults.get(0), server, PackagedServer.overflows() - overflows);
            tracer.awaitExit(4);
        }
    }

    private static List<String> faults(List<String> lines) {
        return lines.stream()
                .filter(line -> line.startsWith("{\"type\":\"finding\",") && !line.contains("\"severity\":\"note\""))
                .toList();
    }

    /** Compares the numbers of a fault with ss and nstat. {@code overflows} is the growth of ListenOverflows. */
    private static void assertNumbers(String fault, PackagedServer server, long overflows) {
        switch (field(fault, "finding")) {
            case "stuck" -> assertEquals(server.waiting(), number(fault, "waiting"), fault);
            case "refused" -> {
                long packets = number(fault, fault.contains("at_most") ? "refused_at_most" : "refused_packets");
                assertTrue(packets >= 1 && packets <= overflows, fault);
            }
            default -> {
                // ss and nstat have no number to compare with.
            }
        }
    }

    private static String field(String record, String name) {
        return value(record, "\"" + name + "\":\"([a-z_]+)\"");
    }

    private static long number(String record, String name) {
        return Long.parseLong(value(record, "\"" + name + "\":(\\d+)"));
    }

    private static String value(String record, String pattern) {
        Matcher matcher = Pattern.compile(pattern).matcher(record);
        assertTrue(matcher.find(), record);
        return matcher.group(1);
    }
}
