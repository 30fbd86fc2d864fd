package accept4trace.format.json;

import static accept4trace.event.SampleLosses.losses;
import static accept4trace.format.SampleCalls.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import accept4trace.diagnose.Diagnosis;
import accept4trace.diagnose.Diagnosis.WakeUps;
import accept4trace.diagnose.Finding;
import accept4trace.event.AcceptCall;
import accept4trace.event.EventLayout.Syscall;
import accept4trace.event.Losses;
import accept4trace.event.RecordBuilder;
import accept4trace.summary.QueueNow;
import accept4trace.summary.Run;
import accept4trace.summary.Statistics;
import accept4trace.text.Text;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

class JsonFormatterTest {
    static final Path SCHEMA = Path.of("src", "main", "json", "accept4-trace.schema.json");
    private static final JsonFormatter.Origin ORIGIN = new JsonFormatter.Origin("web1", "00000000-1111");
    private static final String LOST_NOTHING = "\"lost\":{\"events\":0,\"entries\":0,\"children\":0,\"misses\":0,"
            + "\"unseen_children\":0,\"halves\":0,\"refusals\":0,\"closings\":0,\"turned_away\":0}";
    /** The fields with which every record continues after its type. */
    static final String HEAD = "\"schema\":2,\"host\":\"web1\",\"boot_id\":\"00000000-1111\",";

    /** Returns the line, after checking that it is a single line and valid. */
    static String line(BiConsumer<JsonFormatter, Text> record) throws IOException {
        Text text = new Text();
        record.accept(new JsonFormatter(ORIGIN, DETAILS, CLOCK), text);
        String line = text.toString();
        assertEquals(line.length() - 1, line.indexOf('\n'), line);
        JsonSchema schema =
                JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(Files.readString(SCHEMA));
        assertEquals(Set.of(), schema.validate(new ObjectMapper().readTree(line)), line);
        return line.substring(0, line.length() - 1);
    }

    private static String accept(RecordBuilder record) throws IOException {
        return line((formatter, text) -> formatter.format(text, record.decode()));
    }

    static JsonNode fields(RecordBuilder record) throws IOException {
        return new ObjectMapper().readTree(accept(record));
    }

    @Test
    void completeLine() throws IOException {
        assertEquals(
                "{\"type\":\"accept4\"," + HEAD
                        + "\"time\":\"2026-07-13T10:00:01.000012345Z\",\"time_ns\":1783936801000012345,"
                        + "\"tgid\":1234,\"tid\":1235,\"comm\":\"worker\",\"process_comm\":\"nginx\",\"uid\":33,"
                        + "\"cgroup_id\":42,\"cgroup\":\"/system.slice/nginx.service\",\"unit\":\"nginx.service\",\"syscall\":\"accept4\","
                        + "\"beginning\":\"seen\",\"began_ns\":1783936801000000000,\"duration_ns\":12345,"
                        + "\"fd\":6,\"addr\":" + BUFFER + ",\"addrlen\":" + LENGTH + ","
                        + "\"addrlen_in\":128,\"addrlen_out\":16,\"user_address\":\"0200cdcc0a0000090000000000000000\","
                        + "\"flags\":526336,\"flag_names\":[\"SOCK_CLOEXEC\",\"SOCK_NONBLOCK\"],\"ending\":\"returned\",\"ret\":9,"
                        + "\"listener\":{\"inode\":700,\"family\":2,\"family_name\":\"AF_INET\",\"protocol\":\"TCP\","
                        + "\"local\":{\"address\":\"0.0.0.0\",\"port\":443}},"
                        + "\"accepted\":{\"inode\":800,\"family\":2,\"family_name\":\"AF_INET\",\"protocol\":\"TCP\","
                        + "\"local\":{\"address\":\"10.0.0.1\",\"port\":443},"
                        + "\"remote\":{\"address\":\"10.0.0.9\",\"port\":52684}},"
                        + "\"netns\":7,\"so_reuseport\":false,\"so_passcred\":false,"
                        + "\"wait_ns\":4100123,\"wake_ns\":12345,\"queue\":3,\"queue_max\":511,\"ahead\":0,\"drops\":0,\"reset\":false,\"addr_mismatch\":false,\"peer_racy\":false}",
                accept(tcp().addrlenIn(128)
                        .addrlenOut(16)
                        .userAddress(SOCKADDR4)
                        .acceptedAt(1_000_000_001L)
                        .waited(4_100_123)
                        .queue(3, 511)
                        .drops(7)
                        .surroundings(7, 42)));
    }

    @Test
    void handshakeHasZerosButNoUnknownFields() throws IOException {
        String clean = accept(tcp().synacks(0, 18).received(0, 1, 0).halfOpen(0));
        String fromCookie = accept(tcp().received(5, 0, 3));

        assertTrue(
                clean.contains(
                        ",\"synacks\":0,\"rtt_ns\":18000,\"bytes_received\":0,\"accept_cpu\":1,\"receive_cpu\":0,"
                                + "\"half_open\":0,"),
                clean);
        assertTrue(
                fromCookie.contains(",\"so_passcred\":false,\"bytes_received\":5,\"accept_cpu\":0,\"receive_cpu\":3,"),
                fromCookie);
    }

    @Test
    void stacksAreArrays() throws IOException {
        JsonNode fields = fields(listening().ret(-11).stack(512, (byte) 0));
        assertEquals(
                "[{\"address\":545461940067,\"path\":\"/usr/lib/libc.so.6\",\"file_offset\":1093475,"
                        + "\"function\":\"accept4\",\"offset\":19},"
                        + "{\"address\":1426068066,\"path\":\"/opt/a b\\n(x)\",\"file_offset\":4706},"
                        + "{\"address\":1427116642,\"path\":\"/mnt/server\",\"file_offset\":4706,\"unread\":\"fuse\"},"
                        + "{\"address\":139637976731664,\"function\":\"LServer;::<run>\\u001B\",\"offset\":16},"
                        + "{\"address\":139637976735760}]",
                fields.get("stack").toString());
        assertEquals(true, fields.get("stack_cut").asBoolean());
        assertEquals(null, fields(listening().ret(-11)).get("stack"));
        JsonNode related = new ObjectMapper()
                .readTree(line((formatter, text) -> formatter.format(
                        text,
                        listening()
                                .related(Syscall.LISTEN, 6, 511)
                                .stack(8, (byte) 0)
                                .decodeRelated())));
        assertEquals(5, related.get("stack").size());
    }

    @Test
    void namesOfPeersAndWorkloads() throws IOException {
        JsonNode named = fields(listening().tcpPeer(SERVER4, 443, NAMED4, 1).surroundings(7, 43));
        assertEquals(
                "client.example",
                named.get("accepted").get("remote").get("name").asText());
        assertEquals(null, named.get("accepted").get("local").get("name"));
        assertEquals("3f2a91c0d1e2", named.get("container").asText());
        assertEquals(null, named.get("unit"));
        JsonNode other = fields(tcp().surroundings(7, 42));
        assertEquals(null, other.get("accepted").get("remote").get("name"));
        assertEquals("nginx.service", other.get("unit").asText());
    }

    @Test
    void pointersAreUnsigned() throws IOException {
        JsonNode fields = fields(listening().arguments(-4096, Long.MIN_VALUE, 0));
        assertEquals("18446744073709547520", fields.get("addr").asText());
        assertEquals("9223372036854775808", fields.get("addrlen").asText());
    }

    @Test
    void noPercentilesWithoutWaits() throws IOException {
        Statistics statistics = new Statistics();
        statistics.add(listening().ret(-11).decode());
        JsonNode wait = new ObjectMapper()
                .readTree(line((formatter, text) -> formatter.summary(text, new Run(1, Losses.NONE, 8, statistics), 5)))
                .get("wait");
        assertEquals(0, wait.get("count").asInt());
        assertFalse(wait.has("p50_ns"));
    }

    @Test
    void workersAreThreadsIfSeveralAccept() throws IOException {
        Statistics statistics = new Statistics();
        statistics.add(tcp().by(20, 21).decode());
        statistics.add(tcp().by(20, 22).decode());
        statistics.add(tcp().by(30, 31).decode());
        assertEquals(
                "[{\"tgid\":20,\"tid\":21,\"comm\":\"nginx\",\"calls\":1,\"connections\":1,\"empty\":0},"
                        + "{\"tgid\":20,\"tid\":22,\"comm\":\"nginx\",\"calls\":1,\"connections\":1,\"empty\":0},"
                        + "{\"tgid\":30,\"comm\":\"nginx\",\"calls\":1,\"connections\":1,\"empty\":0}]",
                new ObjectMapper()
                        .readTree(line((formatter, text) ->
                                formatter.summary(text, new Run(3, Losses.NONE, 8, statistics), 5)))
                        .get("workers")
                        .toString());
    }

    static JsonNode listenerOf(Statistics statistics) throws IOException {
        return new ObjectMapper()
                .readTree(line((formatter, text) -> formatter.summary(text, new Run(1, Losses.NONE, 8, statistics), 5)))
                .at("/listeners/0");
    }

    @Test
    void listenerHasItsOwnersAndTheQueueAtTheEnd() throws IOException {
        Statistics statistics = new Statistics();
        AcceptCall call = tcp().decode();
        statistics.add(call);
        JsonNode unknown = listenerOf(statistics);
        assertEquals(
                "[{\"tgid\":1234,\"comm\":\"nginx\"}]", unknown.get("owners").toString());
        assertEquals(1, unknown.get("owner_count").asInt());
        assertFalse(unknown.has("waiting") || unknown.has("oldest_ns") || unknown.has("queue_max"));
        statistics.setQueue(call.listener().requireSocket(), 4026531840L, new QueueNow(3, 511, 7, false), List.of());
        JsonNode known = listenerOf(statistics);
        assertEquals(4026531840L, known.get("netns").asLong());
        assertEquals(3, known.get("waiting").asInt());
        assertEquals(7, known.get("oldest_ns").asInt());
        assertEquals(511, known.get("queue_max").asInt());
        statistics.setQueue(call.listener().requireSocket(), 4026531840L, new QueueNow(1, 511, 8, true), List.of());
        assertEquals(8, listenerOf(statistics).get("oldest_at_least_ns").asInt());
    }

    private static String peerOf(RecordBuilder record) throws IOException {
        Statistics statistics = new Statistics();
        statistics.add(record.decode());
        return new ObjectMapper()
                .readTree(line((formatter, text) -> formatter.summary(text, new Run(1, Losses.NONE, 8, statistics), 5)))
                .at("/peers/0")
                .toString();
    }

    /** Unknown fields are missing. */
    @Test
    void unixPeerHasANameAndAUser() throws IOException {
        byte[] unbound = {};
        String unix = "{\"family_name\":\"AF_UNIX\",";
        String count = "\"connections\":1,\"first_ns\":1783936801000012345,\"last_ns\":1783936801000012345}";
        assertEquals(
                unix + "\"comm\":\"a\\u001B\",\"uid\":33," + count,
                peerOf(unix(PATH, unbound).peerTask(77, 33, "a\033")));
        assertEquals(
                unix + "\"path\":\"/run/a\",\"uid\":4294967294," + count,
                peerOf(unix(PATH, ascii("/run/a\0")).peerTask(77, -2, "a")));
        assertEquals(
                unix + "\"abstract\":\"agent\",\"uid\":33," + count,
                peerOf(unix(PATH, ascii("\0agent")).peerTask(77, 33, "a")));
        assertEquals(unix + "\"uid\":33," + count, peerOf(unix(PATH, unbound).peerTask(77, 33, "")));
        assertEquals(
                unix + "\"comm\":\"a\"," + count, peerOf(unix(PATH, unbound).peerTask(77, -1, "a")));
        assertEquals(unix + count, peerOf(unix(PATH, unbound)));
    }

    @Test
    void summaryCountsWaitingClientsOfOtherListeners() throws IOException {
        Statistics statistics = new Statistics(0);
        AcceptCall call = tcp().decode();
        statistics.setQueue(call.listener().requireSocket(), 1, new QueueNow(3, 511, 7, false), List.of());
        statistics.setUnknownQueues("why");
        String summary = line((formatter, text) -> formatter.summary(text, new Run(0, Losses.NONE, 8, statistics), 5));
        assertTrue(
                summary.contains("\"other_listeners\":{\"connections\":0,\"waiting\":3},\"unknown_queues\":\"why\","),
                summary);
    }

    @Test
    void errorHasNumberAndName() throws IOException {
        JsonNode fields = fields(listening().ret(-11));
        assertEquals(-1, fields.get("ret").asInt());
        assertEquals(11, fields.get("errno").asInt());
        assertEquals("EAGAIN", fields.get("error").asText());
        assertEquals("ERESTARTSYS", fields(listening().ret(-512)).get("error").asText());
    }

    @Test
    void namesAreDecodedAsUtf8() throws IOException {
        assertEquals(
                "\u00e9\ufffd\u001b",
                fields(new RecordBuilder().threadComm("\u00c3\u00a9\u00ff\u001b"))
                        .get("comm")
                        .asText());
        String line = accept(new RecordBuilder().threadComm("\u00c3\u00a9\u009b\u007f"));
        assertEquals(
                line.length(), line.chars().filter(c -> c >= ' ' && c < 0x7f).count());
        JsonNode unix = fields(unix(PATH, ascii("\0client")));
        assertEquals("/run/app.sock", unix.at("/listener/local/path").asText());
        assertEquals("client", unix.at("/accepted/remote/abstract").asText());
        assertEquals(4711, unix.at("/accepted/remote_inode").asInt());
    }

    @Test
    void marksSayWhatHappened() throws IOException {
        JsonNode fields = fields(tcp().ret(-14).reset().racy().peerTask(77, 1000, "client"));
        assertEquals("10.0.0.9", fields.at("/lost_connection/remote/address").asText());
        assertEquals(true, fields.get("reset").asBoolean());
        assertEquals(true, fields.get("peer_racy").asBoolean());
        assertEquals(77, fields.at("/peer_process/pid").asInt());
    }

    /** Some records of AF_UNIX listeners have the kernel's name of the protocol, and some do not have the inode. */
    @Test
    void socketsHaveTheSameNameInAllRecords() throws IOException {
        String listener = line((formatter, text) -> formatter.format(
                text,
                new RecordBuilder()
                        .unixListener("/run/x\0".getBytes(StandardCharsets.UTF_8))
                        .listenerInode(0)
                        .queue(1, 2)
                        .closed(0, 0, 0, false)
                        .left(1)
                        .decodeClosing()));
        assertTrue(
                listener.contains("\"listener\":{\"family\":1,\"family_name\":\"AF_UNIX\","
                        + "\"protocol\":\"UNIX-STREAM\",\"local\":{\"path\":\"/run/x\"}}"),
                listener);
        assertTrue(listener.contains("\"reset\":0,\"left\":1,\"migrated\":0"), listener);
    }

    @Test
    void recordsThatAreNotCalls() throws IOException {
        assertEquals(
                "{\"type\":\"exit\"," + HEAD + "\"time\":\"2026-07-13T10:00:01.000012345Z\","
                        + "\"time_ns\":1783936801000012345,\"tgid\":1234,\"comm\":\"nginx\",\"signal\":\"SIGSEGV\","
                        + "\"core_dumped\":true}",
                line((formatter, text) -> formatter.format(
                        text, new RecordBuilder().processExit(11 | 0x80).decodeExit())));
        String at = "\"time\":\"2026-07-13T10:00:00.000000005Z\",\"time_ns\":1783936800000000005,";
        assertEquals(
                "{\"type\":\"lost\"," + HEAD + at
                        + "\"events\":1,\"entries\":2,\"children\":3,\"misses\":4,\"unseen_children\":5,\"halves\":6,\"refusals\":7,\"closings\":8,\"turned_away\":9}",
                line((formatter, text) -> formatter.lost(text, losses(1, 2, 3, 4, 5, 6, 7, 8, 9), 5)));
        assertEquals(
                "{\"type\":\"notice\"," + HEAD + at + "\"text\":\"a \\\"line\\\"\"}",
                line((formatter, text) -> formatter.notice(text, "a \"line\"", 5)));
        assertEquals(
                "{\"type\":\"summary\"," + HEAD + at + "\"calls\":7,\"duration_ns\":8," + LOST_NOTHING + "}",
                line((formatter, text) -> formatter.summary(text, new Run(7, Losses.NONE, 8, null), 5)));
    }

    @Test
    void closings() throws IOException {
        String at = "\"time\":\"2026-07-13T10:00:01.000012345Z\",\"time_ns\":1783936801000012345,";
        String listener = "\"listener\":{\"inode\":700,\"family\":2,\"family_name\":\"AF_INET\",\"protocol\":\"TCP\","
                + "\"local\":{\"address\":\"0.0.0.0\",\"port\":443}},\"netns\":7,";
        assertEquals(
                "{\"type\":\"closed\"," + HEAD + at + "\"tgid\":1234,\"tid\":1235,\"comm\":\"worker\","
                        + "\"process_comm\":\"nginx\",\"uid\":33," + listener
                        + "\"waiting\":5,\"limit\":4,\"reset\":3,\"migrated\":2,\"half_open\":1,\"by_exit\":true}",
                line((formatter, text) -> formatter.format(
                        text,
                        listening()
                                .surroundings(7, 0)
                                .queue(5, 4)
                                .closed(3, 2, 1, true)
                                .decodeClosing())));
        assertEquals(
                "{\"type\":\"gave-up\"," + HEAD + at + listener
                        + "\"connection\":{\"inode\":800,\"family\":2,\"family_name\":\"AF_INET\",\"protocol\":\"TCP\","
                        + "\"local\":{\"address\":\"10.0.0.1\",\"port\":443},"
                        + "\"remote\":{\"address\":\"10.0.0.9\",\"port\":52684}},\"waited_ns\":9}",
                line((formatter, text) -> formatter.format(
                        text, tcp().surroundings(7, 0).waited(9).gaveUp().decodeGivenUp())));
    }

    @Test
    void findings() throws IOException {
        Finding finding = new Finding(
                Finding.Kind.EMFILE,
                Finding.Severity.FAILURE,
                null,
                List.of(1234, 1235),
                "EMFILE: 3 of 4",
                "Raise it.",
                Map.of("failed", 3L, "calls", 4L, "limit", -1L));
        assertEquals(
                "{\"type\":\"finding\"," + HEAD
                        + "\"time\":\"2026-07-13T10:00:00.000000005Z\",\"time_ns\":1783936800000000005,"
                        + "\"finding\":\"emfile\",\"severity\":\"failure\",\"processes\":[1234,1235],"
                        + "\"text\":\"EMFILE: 3 of 4\",\"remedy\":\"Raise it.\","
                        + "\"numbers\":{\"calls\":4,\"failed\":3}}",
                line((formatter, text) -> formatter.diagnosis(text, diagnosisOf(List.of(finding), null, ""), 5)));
        Text more = new Text();
        new JsonFormatter(ORIGIN, DETAILS, CLOCK).diagnosis(more, diagnosisOf(List.of(), "a", "b"), 5);
        List<String> lines = more.toString().lines().toList();
        assertTrue(lines.get(0).endsWith("\"text\":\"not seen on this kernel: a\"}"), lines::toString);
        assertTrue(lines.get(1).endsWith("\"text\":\"b\"}"), lines::toString);
    }

    private static Diagnosis diagnosisOf(List<Finding> findings, String unseen, String silence) {
        return new Diagnosis(findings, List.of(), 0, new WakeUps(0, 0), unseen, null, silence);
    }

    @Test
    void otherCalls() throws IOException {
        JsonNode fields = new ObjectMapper()
                .readTree(line((formatter, text) -> formatter.format(
                        text,
                        listening()
                                .related(Syscall.EPOLL_PWAIT, 8, BUFFER, 512, -1, 0, 8)
                                .ready(2)
                                .ret(2)
                                .decodeRelated())));
        assertEquals("epoll_pwait", fields.get("syscall").asText());
        assertEquals(512, fields.at("/arguments/2").asInt());
        assertEquals(2, fields.get("ready").asInt());
        assertEquals(443, fields.at("/listener/local/port").asInt());
    }
}
