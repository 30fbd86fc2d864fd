package accept4trace.format;

/** Names of IP transport protocols, as in the kernel's struct proto. */
final class ProtocolNames {
    private record Protocol(int number, String name) {}

    private static final int SOCK_RAW = 3;

    private static final Protocol[] PROTOCOLS = {
        new Protocol(6, "TCP"),
        new Protocol(17, "UDP"),
        new Protocol(132, "SCTP"),
        new Protocol(136, "UDPLITE"),
        new Protocol(256, "SMC"),
        new Protocol(262, "MPTCP"),
    };

    private ProtocolNames() {}

    static String of(int type, int number, boolean v6) {
        if (type == SOCK_RAW) {
            return v6 ? "RAWv6" : "RAW";
        }
        for (Protocol protocol : PROTOCOLS) {
            if (protocol.number == number) {
                return v6 ? protocol.name + "v6" : protocol.name;
            }
        }
        return "socket";
    }
}
