package accept4trace.format;

import static accept4trace.format.SampleCalls.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import accept4trace.event.AnyRecords;
import accept4trace.event.EventDecoder;
import accept4trace.event.EventLayout;
import accept4trace.event.Losses;
import accept4trace.format.columns.ColumnLayout;
import accept4trace.format.columns.ColumnsFormatter;
import accept4trace.format.columns.Field;
import accept4trace.format.json.JsonFormatter;
import accept4trace.format.lines.Folding;
import accept4trace.format.lines.StraceFormatter;
import accept4trace.format.lines.TextFormatter;
import accept4trace.format.tables.SortKey;
import accept4trace.format.tables.SummaryText;
import accept4trace.summary.Run;
import accept4trace.summary.Statistics;
import accept4trace.text.Escaper;
import accept4trace.text.Text;
import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Tests that all formats write harmless lines, whatever traced processes have put into records. */
class RecordFuzzTest {
    private static final TextOptions VERBOSE = new TextOptions(
            true,
            true,
            EnumSet.allOf(FdDecoding.class),
            new Times(Times.Stamp.MICROSECONDS, true, true),
            40,
            true,
            true);
    private static final List<Text.Style> STYLES = List.of(Text.Style.PLAIN_ASCII, new Text.Style(true, false));
    /** Characters that can control a terminal, or make text look like other text. */
    private static final Set<Byte> HARMFUL = Set.of(
            Character.CONTROL,
            Character.FORMAT,
            Character.SURROGATE,
            Character.PRIVATE_USE,
            Character.UNASSIGNED,
            Character.LINE_SEPARATOR,
            Character.PARAGRAPH_SEPARATOR);

    private static final JsonSchema SCHEMA = schema();

    private static JsonSchema schema() {
        try {
            return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                    .getSchema(Files.readString(Path.of("src", "main", "json", "accept4-trace.schema.json")));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @FuzzTest
    void everyFormatEscapesItsLines(byte[] input) throws IOException {
        List<ByteBuffer> records = AnyRecords.in(input);
        for (Text.Style style : STYLES) {
            lines(records, new TextFormatter(VERBOSE, DETAILS, CLOCK), style, true);
            lines(records, new StraceFormatter(TextOptions.DEFAULT, DETAILS, CLOCK, 7), style, true);
            lines(
                    records,
                    new ColumnsFormatter(ColumnLayout.of(List.of(Field.values()), 80), DETAILS, CLOCK),
                    style,
                    false);
            folded(records, style);
        }
        json(records);
    }

    /**
     * Checks the lines of a formatter. {@code shows} says whether the formatter shows the stacks of
     * {@link SampleCalls#DETAILS}, which have five frames.
     */
    private static void lines(List<ByteBuffer> records, EventFormatter formatter, Text.Style style, boolean shows)
            throws IOException {
        EventDecoder decoder = new EventDecoder();
        Text text = new Text(style);
        formatter.tick(text, 0);
        for (ByteBuffer record : records) {
            text.clear();
            boolean hasStack = EventDecoder.hasStack(record.capacity()) && isCall(record);
            format(formatter, text, decoder, record);
            int expected = (isCall(record) || showsOthers(formatter, record) ? 1 : 0) + (hasStack && shows ? 5 : 0);
            assertEquals(expected, harmless(text).lines().count(), text::toString);
        }
    }

    private static void folded(List<ByteBuffer> records, Text.Style style) throws IOException {
        Folding folding = new Folding(new TextFormatter(TextOptions.DEFAULT, DETAILS, CLOCK));
        EventDecoder decoder = new EventDecoder();
        Text text = new Text(style);
        for (ByteBuffer record : records) {
            format(folding, text, decoder, record);
            folding.tick(text, record.getLong(EventLayout.Event.EXIT_NS));
        }
        folding.summary(text, new Run(records.size(), Losses.NONE, 0, null), 0);
        harmless(text);
    }

    private void json(List<ByteBuffer> records) throws IOException {
        JsonFormatter formatter = new JsonFormatter(new JsonFormatter.Origin("h", "b"), DETAILS, CLOCK);
        EventDecoder decoder = new EventDecoder();
        Statistics statistics = new Statistics();
        Text text = new Text();
        for (ByteBuffer record : records) {
            text.clear();
            format(formatter, text, decoder, record);
            JsonNode fields = valid(text);
            if (type(record) != EventLayout.Type.GAVE_UP) {
                assertEquals(
                        record.getInt(EventLayout.Event.TGID),
                        fields.get("tgid").asInt());
            }
            if (isCall(record)) {
                statistics.add(decoder.decode(record, 0));
            }
        }
        Run run = new Run(records.size(), Losses.NONE, 1, statistics);
        text.clear();
        formatter.summary(text, run, 0);
        valid(text);
        text.clear();
        new SummaryText(DETAILS, CLOCK, SortKey.TIME, 60, List.of()).append(text, run);
        harmless(text);
    }

    private static void format(EventFormatter formatter, Text text, EventDecoder decoder, ByteBuffer record) {
        switch (type(record)) {
            case EventLayout.Type.EXIT -> formatter.format(text, EventDecoder.decodeExit(record, 0));
            case EventLayout.Type.CLOSED -> formatter.format(text, decoder.closing(record, 0));
            case EventLayout.Type.GAVE_UP -> formatter.format(text, decoder.givenUp(record, 0));
            default -> formatter.format(text, decoder.decode(record, 0));
        }
    }

    private static int type(ByteBuffer record) {
        return record.getShort(EventLayout.Event.TYPE);
    }

    private static boolean isCall(ByteBuffer record) {
        return type(record) == EventLayout.Type.ACCEPT4 || type(record) == EventLayout.Type.RELATED;
    }

    /** Returns whether the format has a line for a record that is not a call. */
    private static boolean showsOthers(EventFormatter formatter, ByteBuffer record) {
        return formatter instanceof TextFormatter
                || (formatter instanceof StraceFormatter && type(record) == EventLayout.Type.EXIT)
                || (formatter instanceof ColumnsFormatter && type(record) != EventLayout.Type.EXIT);
    }

    private JsonNode valid(Text text) throws IOException {
        String line = harmless(text);
        assertEquals(line.length() - 1, line.indexOf('\n'), line);
        JsonNode fields = new ObjectMapper().readTree(line);
        assertEquals(Set.of(), SCHEMA.validate(fields), line);
        return fields;
    }

    /** Returns the text, after checking that its lines are complete and that the style allows each character. */
    private static String harmless(Text text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        text.writeTo(bytes);
        String lines = StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(bytes.toByteArray()))
                .toString();
        assertTrue(lines.isEmpty() || lines.endsWith("\n"), lines);
        lines.codePoints()
                .filter(c -> c != '\n')
                .filter(c -> text.isUtf8() ? HARMFUL.contains((byte) Character.getType(c)) : c < ' ' || c > '~')
                .findAny()
                .ifPresent(c -> assertEquals("", Integer.toHexString(c), lines));
        return lines;
    }

    @FuzzTest
    void escapedNamesCanBeRestored(byte[] name) {
        for (Text.Style style : STYLES) {
            Text text = new Text(style);
            Escaper.word(text, name);
            assertEquals(new String(name, StandardCharsets.ISO_8859_1), unescaped(text), text::toString);
        }
    }

    /** Resolves escape sequences like a C compiler. */
    private static String unescaped(Text text) {
        String escaped = new String(text.toString().getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        StringBuilder plain = new StringBuilder();
        for (int i = 0; i < escaped.length(); i++) {
            if (escaped.charAt(i) != '\\') {
                plain.append(escaped.charAt(i));
                continue;
            }
            int named = "tnvfr\"\\".indexOf(escaped.charAt(++i));
            if (named >= 0) {
                plain.append("\t\n\u000b\f\r\"\\".charAt(named));
                continue;
            }
            int end = i;
            while (end < escaped.length() && end < i + 3 && escaped.charAt(end) >= '0' && escaped.charAt(end) <= '7') {
                end++;
            }
            plain.append((char) Integer.parseInt(escaped.substring(i, end), 8));
            i = end - 1;
        }
        return plain.toString();
    }
}
