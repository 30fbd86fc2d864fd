package accept4trace.text;

/** Formats IP addresses like inet_ntop(3). */
public final class IpText {
    private static final int GROUPS = 8;

    private IpText() {}

    /**
     * Appends an address.
     *
     * @param ip 4 or 16 bytes in network order
     */
    public static void append(Text out, byte[] ip) {
        if (ip.length == 4) {
            dotted(out, ip, 0);
        } else {
            groups(out, ip);
        }
    }

    public static String of(byte[] ip) {
        Text text = new Text();
        append(text, ip);
        return text.toString();
    }

    /**
     * Returns whether an IPv6 address is in fe80::/10 or a multicast address of link-local scope.
     *
     * @param ip 16 bytes in network order
     */
    public static boolean isLinkLocal(byte[] ip) {
        int first = ip[0] & 0xff;
        return (first == 0xfe && (ip[1] & 0xc0) == 0x80) || (first == 0xff && (ip[1] & 0x0f) == 2);
    }

    private static void dotted(Text out, byte[] ip, int from) {
        for (int i = 0; i < 4; i++) {
            out.add(i == 0 ? "" : ".").add(ip[from + i] & 0xff);
        }
    }

    private static void groups(Text out, byte[] ip) {
        int[] zeros = longestZeros(ip);
        boolean mapped = hasDottedTail(ip, zeros);
        int end = mapped ? GROUPS - 2 : GROUPS;
        for (int i = 0; i < end; i++) {
            if (i >= zeros[0] && i < zeros[0] + zeros[1]) {
                out.add(i == zeros[0] ? ":" : "");
                continue;
            }
            out.add(i == 0 ? "" : ":");
            hexGroup(out, group(ip, i));
        }
        if (zeros[1] > 0 && zeros[0] + zeros[1] == GROUPS) {
            out.add(':');
        }
        if (mapped) {
            out.add(':');
            dotted(out, ip, 12);
        }
    }

    private static int group(byte[] ip, int i) {
        return (ip[2 * i] & 0xff) << 8 | (ip[2 * i + 1] & 0xff);
    }

    /** Returns start and length of the first longest run of zero groups. A single zero group is not a run. */
    private static int[] longestZeros(byte[] ip) {
        int[] best = {-1, 0};
        for (int i = 0; i < GROUPS; i++) {
            int run = 0;
            while (i + run < GROUPS && group(ip, i + run) == 0) {
                run++;
            }
            if (run > Math.max(1, best[1])) {
                best = new int[] {i, run};
            }
            i += run;
        }
        return best;
    }

    /** Returns whether the address is ::a.b.c.d or ::ffff:a.b.c.d. Addresses such as ::1 have more leading zeros. */
    private static boolean hasDottedTail(byte[] ip, int[] zeros) {
        boolean compatible = zeros[1] == 6;
        boolean mapped = zeros[1] == 5 && group(ip, 5) == 0xffff;
        return zeros[0] == 0 && (compatible || mapped);
    }

    private static void hexGroup(Text out, int group) {
        out.add(Integer.toHexString(group));
    }
}
