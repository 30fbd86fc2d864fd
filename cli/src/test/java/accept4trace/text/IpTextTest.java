package accept4trace.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The expected texts are from inet_ntop(3) of glibc. */
class IpTextTest {
    @ParameterizedTest
    @CsvSource({
        "00000000, 0.0.0.0",
        "fffefdfc, 255.254.253.252",
        "00000000000000000000000000000000, ::",
        "00000000000000000000000000000001, ::1",
        "00000000000000000000000000000002, ::2",
        "00000000000000000000000000010000, ::0.1.0.0",
        "0000000000000000000000007f000001, ::127.0.0.1",
        "00000000000000000000ffff7f000001, ::ffff:127.0.0.1",
        "00000000000000000001000200030004, ::1:2:3:4",
        "20010db8000000000000000000000001, 2001:db8::1",
        "20010db8000000010001000100010001, 2001:db8:0:1:1:1:1:1",
        "20010db8000000000001000000000001, 2001:db8::1:0:0:1",
        "fe800000000000000000000000000000, fe80::",
        "20010db8111122223333444455556666, 2001:db8:1111:2222:3333:4444:5555:6666"
    })
    void matchesInetNtop(String hex, String expected) {
        Text text = new Text();
        IpText.append(text, HexFormat.of().parseHex(hex));
        assertEquals(expected, text.toString());
    }
}
