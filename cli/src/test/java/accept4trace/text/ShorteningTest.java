package accept4trace.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShorteningTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "10 | /run/app.sock | /run..sock",
                "13 | /run/app.sock | /run/app.sock",
                "3 | /run/app.sock | /..",
                "1 | /run/app.sock | ``"
            })
    void middle(int cells, String text, String expected) {
        assertEquals(expected, Shortening.middle(text, cells, false));
    }

    @Test
    void end() {
        assertEquals("/run/a\u2026", Shortening.end("/run/app.sock", 7, true));
        assertEquals("", Shortening.end("/run/app.sock", 1, false));
    }

    /** A truncated escape would be a different escape, and a truncated character would be invalid. */
    @Test
    void charactersAndEscapesStayWhole() {
        assertEquals("ab\u2026\\33", Shortening.middle("ab\\33\\33\\33", 7, true));
        assertEquals("a\u2026\\\\", Shortening.middle("a\\\\\\\\\\\\", 5, true));
        assertEquals("\u65e5\u2026\u8a9e", Shortening.middle("\u65e5\u672c\u8a9e\u65e5\u672c\u8a9e", 6, true));
        assertEquals("e\u0301\u2026", Shortening.end("e\u0301e\u0301e\u0301", 2, true));
        assertEquals("\u2026e\u0301", Shortening.middle("aaae\u0301", 3, true).substring(1));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "UNIX-STREAM 700,\"/run/app.sock\" | \"/run/app.sock\"",
                "UNIX-STREAM 700,@\"client-1234-5678-9012-long\" | @\"client-123..9012-long\"",
                "@\"client-1234-5678-9012-long\" uid 33 | @\"client..2-long\" uid 33",
                "accept4-worker-[1234567/1234569] | accep..[1234567/1234569]",
                "nginx[1234567/1234567890123456] | ng..[1234567/1234567890123456]",
                "TCPv6 [2001:db8:85a3:8d3:1319:8a2e:370:7348]:443 | TCPv6 [2001:db8:85a3:8d3:1319:8a2e:370:7348]:443",
                "2001:db8:85a3:8d3:1319:8a2e:370:7348 | 2001:db8:85a3:8d3:1319:8a2e:370:7348"
            })
    void onlyNamesAreShortened(String name, String expected) {
        assertEquals(expected, Shortening.name(name, 24, false));
    }

    @Test
    void quotesInTheNameOfAProcessAreNotThoseOfASocket() {
        assertEquals("a\\\"/r..[12]", Shortening.name("a\\\"/run/x\\\"[12]", 11, false));
        assertEquals("a\\\"/run/x\\\" uid 33", Shortening.name("a\\\"/run/x\\\" uid 33", 12, false));
    }

    @Test
    void quotesInANameDoNotEndIt() {
        String name = Shortening.name("\"a\\\"b[1]c\\\"d\"", 8, false);
        assertEquals("\"a\\\"..d\"", name);
        assertTrue(CellWidth.of(name) <= 8);
    }
}
