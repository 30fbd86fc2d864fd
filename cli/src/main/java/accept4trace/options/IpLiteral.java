package accept4trace.options;

import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Parses IP addresses as inet_pton(3) does. Never looks up a name. */
final class IpLiteral {
    private static final int BYTES = 16;
    private static final int V4_BYTES = 4;
    private static final int V4_AT = BYTES - V4_BYTES;
    private static final Pattern V4_PART = Pattern.compile("0|[1-9][0-9]{0,2}");
    private static final Pattern V6_PART = Pattern.compile("[0-9a-fA-F]{1,4}");
    private static final Pattern V4_AT_END = Pattern.compile("(.*:)([^:]*\\.[^:]*)");

    private IpLiteral() {}

    /** Returns 16 bytes; null if the text is not an address. Maps an IPv4 address into IPv6: ::ffff:a.b.c.d. */
    static byte @Nullable [] parse(String text) {
        if (text.indexOf(':') >= 0) {
            return parseV6(text);
        }
        byte[] address = new byte[BYTES];
        address[V4_AT - 1] = (byte) 0xff;
        address[V4_AT - 2] = (byte) 0xff;
        return putV4(text, address) ? address : null;
    }

    private static boolean putV4(String text, byte[] address) {
        String[] parts = text.split("\\.", -1);
        for (int i = 0; i < parts.length && parts.length == V4_BYTES; i++) {
            int part = V4_PART.matcher(parts[i]).matches() ? Integer.parseInt(parts[i]) : 256;
            if (part > 255) {
                return false;
            }
            address[V4_AT + i] = (byte) part;
        }
        return parts.length == V4_BYTES;
    }

    /** "::" may occur once, instead of one or more zero groups. The last two groups may be an IPv4 address. */
    private static byte @Nullable [] parseV6(String text) {
        byte[] address = new byte[BYTES];
        String groups = text;
        Matcher v4 = V4_AT_END.matcher(text);
        if (v4.matches()) {
            if (!putV4(v4.group(2), address)) {
                return null;
            }
            groups = v4.group(1) + hex(address, V4_AT) + ":" + hex(address, V4_AT + 2);
        }
        int gap = groups.indexOf("::");
        if (gap < 0) {
            return putGroups(groups, address) == BYTES ? address : null;
        }
        int before = putGroups(groups.substring(0, gap), address);
        byte[] end = new byte[BYTES];
        int after = putGroups(groups.substring(gap + 2), end);
        if (before < 0 || after < 0 || before + after > BYTES - 2) {
            return null;
        }
        Arrays.fill(address, before, BYTES, (byte) 0);
        System.arraycopy(end, 0, address, BYTES - after, after);
        return address;
    }

    private static String hex(byte[] address, int at) {
        return Integer.toHexString((address[at] & 0xff) << 8 | (address[at + 1] & 0xff));
    }

    /** Stores the groups. Returns the number of bytes; -1 if the text is invalid or has too many groups. */
    private static int putGroups(String text, byte[] address) {
        int at = 0;
        if (text.isEmpty()) {
            return at;
        }
        for (String group : text.split(":", -1)) {
            if (at == BYTES || !V6_PART.matcher(group).matches()) {
                return -1;
            }
            int value = Integer.parseInt(group, 16);
            address[at++] = (byte) (value >> 8);
            address[at++] = (byte) value;
        }
        return at;
    }
}
