package accept4trace.recording;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import accept4trace.action.ReadCommand;
import accept4trace.event.AddressFamily;
import accept4trace.event.AnyRecords;
import accept4trace.event.EventLayout;
import accept4trace.event.EventLayout.Event;
import accept4trace.event.RecordBuilder;
import accept4trace.event.RefusalBuilder;
import accept4trace.fake.FakePlatform;
import accept4trace.options.Arguments;
import accept4trace.outcome.Outcome;
import accept4trace.outcome.UserError;
import accept4trace.output.Notices;
import accept4trace.output.OutputStyle;
import accept4trace.text.Text;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Tests that reading ends normally, whatever a recording contains. */
class RecordingFuzzTest {
    private static final List<String> REPORTS = List.of(
            "--format=text",
            "--format=json",
            "--format=strace",
            "--format=columns",
            "--format=perfetto",
            "-c",
            "--diagnose");

    private static final int FAMILY = EventLayout.Refusal.LISTENER + EventLayout.Socket.FAMILY;
    /** More than the number of types. */
    private static final int TYPES = 20;

    /** Returns a recording with a header that permits a diagnosis, and with one block that has this content. */
    private static byte[] recording(byte[] content) throws IOException {
        BlockWriter blocks = new BlockWriter();
        Text out = new Text();
        blocks.begin(
                out,
                new Header()
                        .set(Header.CALLS, "accept4,accept,io_uring,%poll,closed")
                        .set(Header.REFUSALS, "all")
                        .set(Header.START, "1000")
                        .set(Header.DIAGNOSIS, true)
                        .toBytes());
        blocks.write(out, content, content.length);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        out.writeTo(bytes);
        return bytes.toByteArray();
    }

    private static void read(byte[] recording) throws IOException {
        Path file = Files.createTempFile("recording", "");
        try {
            Files.write(file, recording);
            for (String report : REPORTS) {
                read(file, report);
            }
        } finally {
            Files.delete(file);
        }
    }

    private static void read(Path file, String report) {
        Notices notices =
                new Notices(new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8), false);
        try {
            Outcome outcome = new ReadCommand(
                            Arguments.parse("--read=" + file, report),
                            notices,
                            new OutputStyle(Map.of()),
                            new FakePlatform())
                    .run();
            assertTrue(outcome.status() == 0 || outcome.status() == 1, report);
        } catch (UserError e) {
            assertEquals(1, e.status(), e.getMessage());
        }
    }

    /** The input is a complete file. */
    @FuzzTest
    void anyFileIsReadOrRefused(byte[] input) throws IOException {
        read(input);
    }

    /** The input is the content of a block, which gets a valid checksum. */
    @FuzzTest
    void anyItemsAreReadOrRefused(byte[] input) throws IOException {
        read(recording(input));
    }

    /**
     * Decoders rely on what the type of a record implies, e.g. its size, that a closed listener is present, or that a
     * refused packet has an IP address. So the reader must check this first.
     */
    @Test
    void recordsOfEachTypeAreReadOrRefused() throws IOException {
        Packing packing = new Packing();
        ByteWriter items = new ByteWriter();
        items.add(RecordingFormat.POLL).number(1).signed(50);
        for (int type = 0; type < TYPES; type++) {
            for (ByteBuffer record : List.of(
                    new RecordBuilder().build(),
                    new RefusalBuilder().build(),
                    new RefusalBuilder().build().putShort(FAMILY, (short) AddressFamily.UNIX.number()))) {
                record.putShort(Event.TYPE, (short) type);
                ByteWriter packed = new ByteWriter().number(record.capacity());
                packing.pack(packed, record, 0, record.capacity());
                items.add(RecordingFormat.RECORD).number(packed.length()).add(packed.bytes(), 0, packed.length());
            }
        }
        read(recording(items.toBytes()));
    }

    /** The input is split into records. In the recording, each of them is in a poll of its own. */
    @FuzzTest
    void packedRecordsAreRestored(byte[] input) throws IOException, DamagedException {
        Packing packing = new Packing();
        Packing unpacking = new Packing();
        ByteWriter items = new ByteWriter();
        for (ByteBuffer record : AnyRecords.in(input)) {
            ByteWriter packed = new ByteWriter();
            packing.pack(packed, record, 0, record.capacity());
            byte[] restored = unpacking.unpack(new ByteReader(packed.bytes(), 0, packed.length()), record.capacity());
            assertEquals(record, ByteBuffer.wrap(restored));
            ByteWriter value = new ByteWriter().number(record.capacity()).add(packed.bytes(), 0, packed.length());
            items.add(RecordingFormat.POLL).number(1).signed(50);
            items.add(RecordingFormat.RECORD).number(value.length()).add(value.bytes(), 0, value.length());
        }
        read(recording(items.toBytes()));
    }
}
