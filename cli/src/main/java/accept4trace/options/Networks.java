package accept4trace.options;

import accept4trace.capture.CallFilter.Network;
import accept4trace.outcome.ExitStatus;
import accept4trace.outcome.UserError;
import accept4trace.text.Printable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Parses addresses on the command line. Names are not looked up. */
final class Networks {
    /** An address, in brackets if it has colons and a port follows. */
    private static final Pattern ADDRESS_AND_PORT = Pattern.compile("(?:\\[(.*)\\]|([^:]*))(?::(\\d{1,5}))?");

    private static final int V4_BITS = 32;
    private static final int V6_BITS = 128;

    private Networks() {}

    /** Parses ADDR or ADDR/BITS. */
    static Network network(String option, String text) throws UserError {
        int slash = text.indexOf('/');
        String alone = slash < 0 ? text : text.substring(0, slash);
        byte[] address = IpLiteral.parse(alone);
        if (address != null) {
            int most = alone.contains(":") ? V6_BITS : V4_BITS;
            int bits = slash < 0 ? most : bits(text.substring(slash + 1), most);
            if (bits >= 0) {
                return new Network(address, V6_BITS - most + bits, 0);
            }
        }
        throw UserError.usage(option + ": not an address such as 10.0.0.9, 10.0.0.0/8 or fe80::/10: '"
                + Printable.argument(text) + "'");
    }

    /** Parses ADDR, ADDR:PORT or [ADDR]:PORT. */
    static Network listener(String option, String text) throws UserError {
        byte[] bare = IpLiteral.parse(text);
        if (bare != null) {
            refuseAmbiguous(option, text);
            return new Network(bare, V6_BITS, 0);
        }
        Matcher matcher = ADDRESS_AND_PORT.matcher(text);
        if (matcher.matches()) {
            byte[] address = IpLiteral.parse(matcher.group(1) == null ? matcher.group(2) : matcher.group(1));
            int port = matcher.group(3) == null ? 0 : Integer.parseInt(matcher.group(3));
            if (address != null && port <= 0xffff) {
                return new Network(address, V6_BITS, port);
            }
        }
        throw UserError.usage(option + ": not an address such as 127.0.0.1, 0.0.0.0:80, [::]:443, /run/app or @app: '"
                + Printable.argument(text) + "'");
    }

    /** "::1:80" is a valid address, but most likely means ::1 with a port. */
    private static void refuseAmbiguous(String option, String text) throws UserError {
        int colon = text.lastIndexOf(':');
        boolean isPort = colon >= 0 && text.substring(colon + 1).matches("[0-9]{1,5}");
        if (isPort && text.indexOf(':') < colon && IpLiteral.parse(text.substring(0, colon)) != null) {
            String address = text.substring(0, colon);
            String port = text.substring(colon + 1);
            throw new UserError(
                    ExitStatus.USAGE,
                    option + ": '" + text + "' is ambiguous: an address, or an address and a port",
                    "write [" + address + "]:" + port + " or [" + text + "]");
        }
    }

    private static int bits(String text, int most) {
        int bits = text.matches("\\d{1,3}") ? Integer.parseInt(text) : -1;
        return bits <= most ? bits : -1;
    }
}
