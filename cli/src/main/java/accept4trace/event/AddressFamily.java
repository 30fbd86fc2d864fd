package accept4trace.event;

import accept4trace.event.Endpoint.Ip;
import accept4trace.event.Endpoint.Unix;
import accept4trace.event.Endpoint.Vsock;
import accept4trace.event.EventLayout.End;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Locale;

/** Address families whose addresses are decoded, with their Linux numbers. */
public enum AddressFamily {
    INET(2),
    INET6(10),
    UNIX(1),
    VSOCK(40),
    /** Any other family. */
    OTHER(-1);

    private static final AddressFamily[] ALL = values();

    private final int number;

    AddressFamily(int number) {
        this.number = number;
    }

    public static AddressFamily of(int number) {
        for (AddressFamily family : ALL) {
            if (family.number == number) {
                return family;
            }
        }
        return OTHER;
    }

    /** Returns the family with this name, ignoring case, or OTHER for an unknown name. */
    public static AddressFamily of(String name) {
        for (AddressFamily family : ALL) {
            if (family.name().equalsIgnoreCase(name)) {
                return family;
            }
        }
        return OTHER;
    }

    /** Returns all names except OTHER, in lower case. */
    public static String[] words() {
        String[] words = new String[ALL.length - 1];
        for (int i = 0; i < words.length; i++) {
            words[i] = ALL[i].name().toLowerCase(Locale.ROOT);
        }
        return words;
    }

    /**
     * Reads a {@code struct a4t_endpoint}.
     *
     * @param at offset of the struct in {@code record}
     * @param name AF_UNIX name, which is at another place in the record; ignored for other families
     */
    Endpoint read(ByteBuffer record, int at, byte[] name) {
        return switch (this) {
            case INET -> ip(record, at, 4);
            case INET6 -> ip(record, at, 16);
            case UNIX -> new Unix(name);
            case VSOCK ->
                new Vsock(record.getInt(at + EventLayout.VSOCK_CID), record.getInt(at + EventLayout.VSOCK_PORT));
            case OTHER -> Endpoint.Other.NONE;
        };
    }

    /**
     * Returns an address without a port.
     *
     * @param host the address's {@link Endpoint#host}; more bytes may follow
     */
    public Endpoint ofHost(byte[] host) {
        return switch (this) {
            case INET -> new Ip(Arrays.copyOf(host, 4), 0, 0);
            case INET6 -> new Ip(Arrays.copyOf(host, 16), 0, 0);
            case VSOCK -> new Vsock(ByteBuffer.wrap(host).getInt(), Vsock.ANY);
            case UNIX, OTHER -> Endpoint.Other.NONE;
        };
    }

    private static Ip ip(ByteBuffer record, int at, int length) {
        byte[] address = new byte[length];
        record.get(at + End.ADDR, address);
        return new Ip(address, Short.toUnsignedInt(record.getShort(at + End.PORT)), record.getInt(at + End.SCOPE_ID));
    }

    public int number() {
        return number;
    }

    public boolean isIp() {
        return this == INET || this == INET6;
    }
}
