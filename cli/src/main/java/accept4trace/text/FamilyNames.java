package accept4trace.text;

/** Names of Linux address families by number (include/linux/socket.h). */
public final class FamilyNames {
    private static final String[] NAMES = {
        "AF_UNSPEC", "AF_UNIX", "AF_INET", "AF_AX25", "AF_IPX", "AF_APPLETALK",
        "AF_NETROM", "AF_BRIDGE", "AF_ATMPVC", "AF_X25", "AF_INET6", "AF_ROSE",
        "AF_DECnet", "AF_NETBEUI", "AF_SECURITY", "AF_KEY", "AF_NETLINK", "AF_PACKET",
        "AF_ASH", "AF_ECONET", "AF_ATMSVC", "AF_RDS", "AF_SNA", "AF_IRDA",
        "AF_PPPOX", "AF_WANPIPE", "AF_LLC", "AF_IB", "AF_MPLS", "AF_CAN",
        "AF_TIPC", "AF_BLUETOOTH", "AF_IUCV", "AF_RXRPC", "AF_ISDN", "AF_PHONET",
        "AF_IEEE802154", "AF_CAIF", "AF_ALG", "AF_NFC", "AF_VSOCK", "AF_KCM",
        "AF_QIPCRTR", "AF_SMC", "AF_XDP", "AF_MCTP",
    };

    private FamilyNames() {}

    public static String of(int family) {
        return family < NAMES.length ? NAMES[family] : "AF_???";
    }

    public static void append(Text out, int family) {
        if (family < NAMES.length) {
            out.add(NAMES[family]);
        } else {
            out.hex(family).add(" /* AF_??? */");
        }
    }
}
