package accept4trace.format;

import accept4trace.event.CallStack;
import accept4trace.event.OpenFile;
import accept4trace.event.RecordBuilder;
import accept4trace.event.StackFrame;
import accept4trace.event.UserStack;
import accept4trace.format.lines.TextFormatter;
import accept4trace.text.Text;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;

/** Sample calls for tests of the text format, and their lines. */
public final class SampleCalls {
    public static final long BUFFER = 0x7ffc12345678L;
    public static final long LENGTH = 0x7ffc12345670L;
    public static final byte[] ANY4 = {0, 0, 0, 0};
    public static final byte[] SERVER4 = {10, 0, 0, 1};
    public static final byte[] CLIENT4 = {10, 0, 0, 9};
    /** An address with a host name. */
    public static final byte[] NAMED4 = {10, 0, 0, 77};

    public static final byte[] LOOPBACK6 = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
    public static final byte[] MAPPED = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, 127, 0, 0, 1};
    public static final byte[] SOCKADDR4 = sockaddr(2, "cdcc 0a000009 0000000000000000");
    public static final byte[] PATH = ascii("/run/app.sock");

    public static final String CALLER = "[pid 1235<worker>] ";
    public static final String LISTENER = "6<TCP:[0.0.0.0:443]>";
    public static final String ACCEPTED = "9<TCP:[10.0.0.1:443->10.0.0.9:52684]>";
    public static final String DECODED4 =
            "{sa_family=AF_INET, sin_port=htons(52684), sin_addr=inet_addr(\"10.0.0.9\")}";

    public static final ProcessDetails DETAILS = new ProcessDetails() {
        @Override
        public OpenFile openFile(int tgid, int fd, long inode) {
            return switch ((int) inode) {
                case 1 -> new OpenFile(ascii("/dev/a>b"), false, 'c', 1, 3);
                case 2 -> new OpenFile(ascii("/tmp/x"), true, (char) 0, 0, 0);
                default -> null;
            };
        }

        @Override
        public byte[] cgroup(int tgid, long id) {
            return switch ((int) id) {
                case 42 -> ascii("/system.slice/nginx.service");
                case 43 ->
                    ascii("/system.slice/docker-" + "3f2a91c0d1e2".repeat(6).substring(0, 64) + ".scope");
                case 44 -> ascii("/system.slice/a b\n.service");
                default -> null;
            };
        }

        /** Returns the same call stack for every user stack. */
        @Override
        public CallStack stack(int tgid, UserStack stack) {
            return new CallStack(
                    List.of(
                            new StackFrame(
                                    0x7f0010af63L, 0x10af63, ascii("/usr/lib/libc.so.6"), ascii("accept4"), 0x13, null),
                            new StackFrame(0x55001262L, 0x1262, ascii("/opt/a b\n(x)"), null, 0, null),
                            new StackFrame(0x55101262L, 0x1262, ascii("/mnt/server"), null, 0, "fuse"),
                            new StackFrame(
                                    0x7f0000001010L, 0x7f0000001010L, null, ascii("LServer;::<run>\033"), 16, null),
                            new StackFrame(0x7f0000002010L, 0x7f0000002010L, null, null, 0, null)),
                    true);
        }

        @Override
        public String hostName(byte[] address) {
            return address[address.length - 1] == 77 ? "client.example" : null;
        }
    };

    /** Shows the time of all records, which is 1 s after boot, as 12:00:01 (UTC+2). */
    public static final WallClock CLOCK = new WallClock(() -> 1_783_936_800_000_000_000L, second -> 7200);

    public static RecordBuilder listening() {
        return new RecordBuilder().tcpListener(ANY4, 443);
    }

    public static RecordBuilder tcp() {
        return listening().arguments(BUFFER, LENGTH, 0x80800).ret(9).tcpPeer(SERVER4, 443, CLIENT4, 52684);
    }

    public static RecordBuilder tcp6() {
        return new RecordBuilder()
                .arguments(BUFFER, LENGTH, 0)
                .ret(11)
                .tcpListener(new byte[16], 8080)
                .tcpPeer(LOOPBACK6, 8080, LOOPBACK6, 41010)
                .addrlenIn(28)
                .addrlenOut(28);
    }

    public static RecordBuilder unix(byte[] listener, byte[] peer) {
        return new RecordBuilder()
                .arguments(BUFFER, LENGTH, 0)
                .ret(9)
                .unixListener(listener)
                .unixPeer(listener, peer, 4711);
    }

    public static String format(RecordBuilder record) {
        return format(record, TextOptions.DEFAULT, Text.Style.PLAIN_ASCII);
    }

    public static String format(RecordBuilder record, TextOptions options, Text.Style style) {
        Text text = new Text(style);
        new TextFormatter(options, DETAILS, CLOCK).format(text, record.decode());
        return text.toString();
    }

    public static byte[] sockaddr(int family, String hex) {
        byte[] rest = HexFormat.of().parseHex(hex.replace(" ", ""));
        return ByteBuffer.allocate(2 + rest.length)
                .order(ByteOrder.nativeOrder())
                .putShort((short) family)
                .put(rest)
                .array();
    }

    public static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private SampleCalls() {}
}
