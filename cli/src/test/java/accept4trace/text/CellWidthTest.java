package accept4trace.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CellWidthTest {
    @ParameterizedTest
    @CsvSource({
        "abc~, 4",
        "\u00b5s, 2",
        "Zoe\u0308, 3",
        "\u2588\u2591, 2",
        "\u65e5\u672c, 4",
        "\u3001\u3002, 4",
        "\u1100\u1161, 2",
        "\uff41, 2",
        "\uff61, 1",
        "\ud83d\ude00, 2",
        "\u231a, 2",
        "\u2319, 1",
        "\u231c, 1",
        "\ud840\udc00, 2",
    })
    void widthMatchesThatOfATerminal(String text, int cells) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        assertEquals(cells, CellWidth.of(text));
        assertEquals(cells, CellWidth.of(utf8, 0, utf8.length));
    }
}
