package accept4trace.format.lines;

import static org.junit.jupiter.api.Assertions.assertEquals;

import accept4trace.format.FdText.Interfaces;
import accept4trace.text.Text;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class SockaddrTextTest {
    private static final int LOOPBACK = 1;

    private static String linkLocal(Interfaces interfaces) {
        byte[] address = ByteBuffer.allocate(28)
                .order(ByteOrder.nativeOrder())
                .putShort((short) 10)
                .put(HexFormat.of().parseHex("0050" + "00000000" + "fe800000000000000000000000000001"))
                .putInt(LOOPBACK)
                .array();
        Text out = new Text();
        SockaddrText.append(out, address, 0, interfaces);
        return out.toString();
    }

    private static String vsock(int port, int cid) {
        byte[] address = ByteBuffer.allocate(16)
                .order(ByteOrder.nativeOrder())
                .putShort((short) 40)
                .putInt(4, port)
                .putInt(8, cid)
                .array();
        Text out = new Text();
        SockaddrText.append(out, address, 0, index -> null);
        return out.toString();
    }

    private static String withScope(String scope) {
        return "{sa_family=AF_INET6, sin6_port=htons(80), sin6_flowinfo=htonl(0), inet_pton(AF_INET6, \"fe80::1\","
                + " &sin6_addr), sin6_scope_id=" + scope + "}";
    }

    @Test
    void wildcardsOfVsockHaveNames() {
        assertEquals("{sa_family=AF_VSOCK, svm_cid=0x3, svm_port=0xfffffffe, svm_flags=0}", vsock(-2, 3));
        assertEquals(
                "{sa_family=AF_VSOCK, svm_cid=VMADDR_CID_ANY, svm_port=VMADDR_PORT_ANY, svm_flags=0}", vsock(-1, -1));
    }

    @Test
    void knownInterfaceHasAName() {
        assertEquals(
                withScope("if_nametoindex(\"lo\")"),
                linkLocal(index -> index == LOOPBACK ? "lo".getBytes(StandardCharsets.US_ASCII) : null));
    }

    @Test
    void unknownInterfaceHasANumber() {
        assertEquals(withScope("1"), linkLocal(index -> null));
    }
}
