package accept4trace.cli;

import accept4trace.capture.CallFilter.Network;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Addresses on the command line; names are not looked up. */
final class Networks {
    private static final Pattern V4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
    private static final Pattern V6 = Pattern.compile("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");
    /** An address, in brackets where it has colons and a port follows. */
    private static final Pattern ADDRESS_AND_PORT = Pattern.compile("(?:\\[(.*)\\]|([^:]*))(?::(\\d{1,5}))?");

    private static final int V4_BITS = 32;
    private static final int V6_BITS = 128;

    private Networks() {}

    /** ADDR or ADDR/BITS. */
    static Network network(String option, String text) throws UserError {
        int slash = text.indexOf('/');
        String alone = slash < 0 ? text : text.substring(0, slash);
        byte[] address = address(alone);
        if (address != null) {
            int most = alone.contains(":") ? V6_BITS : V4_BITS;
            int bits = slash < 0 ? most : bits(text.substring(slash + 1), most);
            if (bits >= 0) {
                return new Network(address, V6_BITS - most + bits, 0);
            }
        }
        throw UserError.usage(
                option + ": not an address such as 10.0.0.9, 10.0.0.0/8 or fe80::/10: '" + Printable.ascii(text) + "'");
    }

    /** ADDR, ADDR:PORT or [ADDR]:PORT. */
    static Network listener(String option, String text) throws UserError {
        byte[] bare = address(text);
        if (bare != null) {
            return new Network(bare, V6_BITS, 0);
        }
        Matcher matcher = ADDRESS_AND_PORT.matcher(text);
        if (matcher.matches()) {
            byte[] address = address(matcher.group(1) == null ? matcher.group(2) : matcher.group(1));
            int port = matcher.group(3) == null ? 0 : Integer.parseInt(matcher.group(3));
            if (address != null && port <= 0xffff) {
                return new Network(address, V6_BITS, port);
            }
        }
        throw UserError.usage(
                option + ": not an address such as 127.0.0.1, 0.0.0.0:80 or [::]:443: '" + Printable.ascii(text) + "'");
    }

    private static int bits(String text, int most) {
        int bits = text.matches("\\d{1,3}") ? Integer.parseInt(text) : -1;
        return bits <= most ? bits : -1;
    }

    /** 16 bytes, or null; only what cannot be a name gets as far as the resolver. */
    private static byte[] address(String text) {
        boolean v6 = V6.matcher(text).matches();
        if (!v6 && !V4.matcher(text).matches()) {
            return null;
        }
        try {
            return mapped(InetAddress.getByName(text).getAddress());
        } catch (UnknownHostException e) {
            return null;
        }
    }

    private static byte[] mapped(byte[] address) {
        if (address.length * 8 != V4_BITS) {
            return address;
        }
        byte[] mapped = new byte[16];
        mapped[10] = (byte) 0xff;
        mapped[11] = (byte) 0xff;
        System.arraycopy(address, 0, mapped, 12, address.length);
        return mapped;
    }
}
