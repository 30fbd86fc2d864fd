package accept4trace.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertIterableEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Compares the output of strace with the claims of workloads, and with the output of the tool. */
@ExtendWith(Privilege.class)
class StraceIT {
    /** What strace and the tool show for a detail that strace cannot know, in calls by threads named {@code comm}. */
    private record Addition(Pattern strace, Pattern ours, String comm) {
        private static final String SHOWN = "<more>";

        String ofStrace(String call) {
            return strace.matcher(call).replaceAll(SHOWN);
        }

        String ofOurs(String call) {
            return ours.matcher(call).replaceAll(SHOWN);
        }
    }

    private static final List<Addition> ADDITIONS = List.of(
            /* strace only looks up IP, AF_UNIX and AF_NETLINK sockets, so it shows an inode for VSOCK sockets. */
            new Addition(Pattern.compile("<socket:\\[\\d+\\]>"), Pattern.compile("<VSOCK:\\[[^\\]]*\\]>"), "matrix"),
            /*
             * strace looks up sockets in its own network namespace, so it shows an inode for sockets of other
             * namespaces.
             */
            new Addition(
                    Pattern.compile("<(TCP|TCPv6):\\[\\d+\\]>"), Pattern.compile("<(TCP|TCPv6):\\[\\S*\\]>"), "netns"),
            /* strace also looks up interface names in its own namespace, where index 1 can be another interface. */
            new Addition(
                    Pattern.compile("(?<=sin6_scope_id=)if_nametoindex\\(\"lo\"\\)"),
                    Pattern.compile("(?<=sin6_scope_id=)1(?=\\})"),
                    "netns"));

    @TempDir
    private Path folder;

    @Test
    void straceMatchesTheWorkload() throws IOException {
        Path output = folder.resolve("strace");
        String workload = Workload.executable("calls").toString();
        List<String> arguments =
                List.of("-f", "-yy", "-e", "trace=accept4,accept", "-o", output.toString(), workload, "whole");
        try (Program strace = Program.start(Requirements.installed("strace"), arguments)) {
            strace.sendLine();
            List<String> claims = strace.out().awaitEnd();
            assertEquals(0, strace.awaitExit(), () -> "strace: " + strace.err().awaitEnd());
            List<String> calls = StraceLog.calls(StraceLog.parse(Files.readAllLines(output))
                    .values()
                    .iterator()
                    .next());
            assertIterableEquals(withoutMeasures(claims.subList(1, claims.size())), calls);
        }
    }

    private static List<String> withoutMeasures(List<String> claims) {
        return claims.stream().map(line -> line.replaceFirst(" <T>.*", "")).toList();
    }

    /** strace and the tool trace the same calls at the same time. */
    @Tag("any-kernel")
    @ParameterizedTest
    @CsvSource({"matrix, 300", "concurrent, 10"})
    void straceAgrees(String name, int atLeast) throws IOException {
        Path output = folder.resolve("strace");
        Path ours = folder.resolve("ours");
        BothTracers.run(name, List.of("-yy", "-o", output.toString()), List.of("-v", "-o", ours.toString()));
        compare(
                StraceLog.parse(Files.readAllLines(output)),
                TracedCall.parseAll(Files.readAllLines(ours)).stream().collect(Collectors.groupingBy(TracedCall::tid)),
                atLeast);
    }

    private static void compare(Map<Long, List<StraceLog.Line>> strace, Map<Long, List<TracedCall>> ours, int atLeast) {
        assertEquals(strace.keySet(), ours.keySet());
        Set<String> different = new HashSet<>();
        for (Map.Entry<Long, List<StraceLog.Line>> thread : strace.entrySet()) {
            List<TracedCall> traced = ours.get(thread.getKey());
            List<String> expected = new ArrayList<>(StraceLog.calls(thread.getValue()));
            List<String> actual =
                    new ArrayList<>(traced.stream().map(TracedCall::call).toList());
            different.addAll(actual);
            /*
             * The workloads do not change addresses during calls, so no line may have the mark of a changed address,
             * even if the address was truncated or unreadable.
             */
            traced.forEach(call -> assertFalse(call.text().contains("!addr-mismatch"), call.text()));
            for (Addition addition : ADDITIONS) {
                if (traced.get(0).comm().equals(addition.comm())) {
                    expected.replaceAll(addition::ofStrace);
                    actual.replaceAll(addition::ofOurs);
                }
            }
            assertIterableEquals(expected, actual);
        }
        assertTrue(different.size() >= atLeast, () -> different.size() + " different calls");
    }
}
