package accept4trace.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertIterableEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares the output of --format=json, parsed in Python, with the lines that the workload expects. */
@Tag("any-kernel")
@ExtendWith(Privilege.class)
class JsonIT {
    /**
     * Validates each record. Of an accept, prints the call, fd, result, client port and queue. Of any other record,
     * prints only the type.
     */
    private static final String READER =
            """
            import json, jsonschema, sys
            validator = jsonschema.Draft202012Validator(json.load(open(sys.argv[1])))
            for line in open(sys.argv[2]):
                record = json.loads(line)
                validator.validate(record)
                if record["type"] == "accept4":
                    port = record.get("accepted", {}).get("remote", {}).get("port", "")
                    queue = "%d/%d" % (record["queue"], record["queue_max"]) if "queue" in record else ""
                    print(record["syscall"], record["fd"], record.get("error") or record["ret"], port, queue)
                else:
                    print(record["type"])
            """;

    /** Has groups for the call, the fd, the result and the rest. */
    private static final Pattern CLAIM = Pattern.compile("(accept4?)\\((-?\\d+).*\\) = (?:-1 )?([A-Z0-9]+)(.*)");

    private static final Pattern PORT = Pattern.compile("->\\S+:(\\d+)\\]>");
    private static final Pattern QUEUE = Pattern.compile(" queue=(\\d+/\\d+)");

    @TempDir
    private Path folder;

    /** With --stack and --resolve, records have more fields, which are validated, but not compared with the claims. */
    @ParameterizedTest
    @ValueSource(strings = {"--format=json", "--stack --resolve --format=json"})
    void linesAreValidAndMatchTheWorkload(String options) throws IOException {
        Path output = folder.resolve("trace.json");
        String all = options + " -o " + output;
        try (Workload workload = Workload.start("calls");
                Tracer tracer = Tracer.attach(workload, all.split(" "))) {
            workload.go();
            List<String> claims = workload.lines().stream().map(JsonIT::claim).toList();
            tracer.awaitExit(0);
            List<String> records = read(output);
            assertEquals(23, claims.size());
            assertIterableEquals(
                    claims,
                    records.stream()
                            .filter(record -> record.startsWith("accept"))
                            .toList());
            assertEquals(1, records.stream().filter("exit"::equals).count());
            assertEquals("summary", records.get(records.size() - 1));
        }
    }

    /**
     * Three tracers see the same calls, so they must report the same numbers. The sums of the JSON records must equal
     * the JSON summary to the nanosecond.
     */
    @Test
    void textAndTablesHaveTheSameNumbersAsJson() throws IOException {
        Path json = folder.resolve("json");
        Path text = folder.resolve("text");
        Path summary = folder.resolve("summary");
        try (Workload workload = Workload.start("calls");
                Tracer first = Tracer.attach(workload, "--format=json", "-C", "-o", json.toString());
                Tracer second = Tracer.attach(workload, "-v", "-o", text.toString());
                Tracer third = Tracer.attach(workload, "-c", "-o", summary.toString())) {
            workload.go();
            workload.lines();
            for (Tracer tracer : List.of(first, second, third)) {
                tracer.awaitExit(0);
            }
            assertEquals(
                    List.of("23"),
                    Python.run(
                            "same_numbers.py",
                            folder,
                            schema().toString(),
                            json.toString(),
                            text.toString(),
                            summary.toString()));
        }
    }

    static Path schema() {
        return Tracer.executable().resolveSibling("../share/accept4-trace/accept4-trace.schema.json");
    }

    private static List<String> read(Path output) throws IOException {
        Path reader = Files.writeString(output.resolveSibling("read.py"), READER);
        List<String> arguments = List.of(reader.toString(), schema().toString(), output.toString());
        try (Program python = Program.start(Requirements.installed("python3"), arguments)) {
            List<String> lines = python.out().awaitEnd();
            assertEquals(
                    0, python.awaitExit(), () -> String.join("\n", python.err().awaitEnd()));
            return lines;
        }
    }

    private static String claim(String line) {
        Matcher claim = CLAIM.matcher(line);
        if (!claim.matches()) {
            throw new AssertionError(line);
        }
        return String.join(
                " ", claim.group(1), claim.group(2), claim.group(3), found(PORT, line), found(QUEUE, claim.group(4)));
    }

    private static String found(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        return matcher.find() ? matcher.group(1) : "";
    }
}
