package accept4trace.event;

import accept4trace.text.Escaper;
import accept4trace.text.IpText;
import accept4trace.text.Text;
import accept4trace.text.UnixName;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A socket address: one end of a connection, or the local address of a listener. Equality compares addresses. */
public sealed interface Endpoint {
    byte[] NO_HOST = {};

    /** Returns whether the address is set. */
    boolean isBound();

    /** Appends the address as strace shows it for an fd. Requires {@link #isBound} or {@link #hasPort}. */
    void append(Text out);

    /** Writes the parts of the address as separate fields. */
    void write(Fields out) throws IOException;

    /** Returns the sockaddr that accept stores for this peer; null if unknown. */
    @Nullable
    Sockaddr sockaddr();

    /** Returns whether {@link #append} shows everything that {@link #sockaddr} contains. */
    default boolean showsWholeSockaddr() {
        return true;
    }

    /** Returns whether addresses of this family have a port, even if this one is not bound. */
    boolean hasPort();

    /** Returns the part of the address that names the machine, at most 16 bytes; empty if the family has none. */
    byte[] host();

    /** Appends {@link #host} as text. */
    void appendHost(Text out);

    /** Writes {@link #host} as a field. */
    void writeHost(Fields out) throws IOException;

    /** Returns the size in bytes of a name whose length varies; 0 if the family has no names. */
    default int nameBytes() {
        return 0;
    }

    /** An address that does not name a machine, and has no port. */
    sealed interface WithoutHost extends Endpoint {
        @Override
        default boolean hasPort() {
            return false;
        }

        @Override
        default byte[] host() {
            return NO_HOST;
        }

        @Override
        default void appendHost(Text out) {}

        @Override
        default void writeHost(Fields out) {}
    }

    /**
     * An AF_INET or AF_INET6 address.
     *
     * @param address 4 or 16 bytes in network order
     * @param port host order, 0 if not bound
     * @param scopeId interface index for a link-local IPv6 address, else 0
     */
    record Ip(byte[] address, int port, int scopeId) implements Endpoint {
        private static final int IN_BYTES = 16;
        private static final int IN6_BYTES = 28;

        public boolean isV6() {
            return address.length == 16;
        }

        @Override
        public boolean hasPort() {
            return true;
        }

        @Override
        public boolean isBound() {
            return port != 0;
        }

        @Override
        public void append(Text out) {
            out.add(isV6() ? "[" : "");
            appendHost(out);
            out.add(isV6() ? "]:" : ":").add(port);
        }

        @Override
        public byte[] host() {
            return address;
        }

        @Override
        public void appendHost(Text out) {
            IpText.append(out, address);
        }

        @Override
        public void writeHost(Fields out) throws IOException {
            out.string("address", IpText.of(address));
        }

        @Override
        public void write(Fields out) throws IOException {
            writeHost(out);
            out.number("port", port);
            if (scopeId != 0) {
                out.number("scope_id", scopeId);
            }
        }

        /**
         * Returns null if the address is not bound, e.g. for IPPROTO_SMC, where another socket has the peer's address.
         * The result allows any value of sin6_flowinfo, because the kernel stores the flow label of the first packet
         * there if the program has requested it.
         */
        @Override
        public @Nullable Sockaddr sockaddr() {
            if (!isBound()) {
                return null;
            }
            return isV6()
                    ? Sockaddr.of(Sockaddr.begin(IN6_BYTES, AddressFamily.INET6)
                                    .putShort((short) port)
                                    .putInt(0)
                                    .put(address)
                                    .order(ByteOrder.nativeOrder())
                                    .putInt(scopeId))
                            .open(4, 8)
                    : Sockaddr.of(Sockaddr.begin(IN_BYTES, AddressFamily.INET)
                            .putShort((short) port)
                            .put(address));
        }

        @Override
        public boolean showsWholeSockaddr() {
            return scopeId == 0;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Ip ip
                    && port == ip.port
                    && scopeId == ip.scopeId
                    && Arrays.equals(address, ip.address);
        }

        @Override
        public int hashCode() {
            return 31 * Arrays.hashCode(address) + port;
        }
    }

    /**
     * An AF_UNIX address.
     *
     * @param name raw bytes; empty if unnamed; an abstract name begins with a NUL byte
     */
    record Unix(byte[] name) implements WithoutHost {
        /** A NUL byte and five hexadecimal digits: the format of abstract names that the kernel chooses. */
        private static final int AUTOBOUND_BYTES = 6;

        @Override
        public boolean isBound() {
            return name.length > 0;
        }

        /** Returns whether this looks like a name that the kernel has chosen, e.g. because of SO_PASSCRED. */
        public boolean isAutobound() {
            if (name.length != AUTOBOUND_BYTES || name[0] != 0) {
                return false;
            }
            for (int i = 1; i < name.length; i++) {
                if ("0123456789abcdef".indexOf(name[i]) < 0) {
                    return false;
                }
            }
            return true;
        }

        @Override
        public void append(Text out) {
            UnixName.append(out, name, 0, name.length);
        }

        @Override
        public void write(Fields out) throws IOException {
            if (isBound() && name[0] == 0) {
                out.string("abstract", string(1, name.length));
            } else if (isBound()) {
                out.string("path", string(0, Escaper.lengthOfCString(name, 0, name.length)));
            }
        }

        private String string(int from, int to) {
            return new String(name, from, to - from, StandardCharsets.UTF_8);
        }

        @Override
        public @Nullable Sockaddr sockaddr() {
            return Sockaddr.of(Sockaddr.begin(Sockaddr.FAMILY_BYTES + name.length, AddressFamily.UNIX)
                    .put(name));
        }

        /**
         * Returns false for a peer with a name, because the text of an fd shows the inode of the peer instead of its
         * name.
         */
        @Override
        public boolean showsWholeSockaddr() {
            return name.length == 0;
        }

        @Override
        public int nameBytes() {
            return name.length;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Unix unix && Arrays.equals(name, unix.name);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(name);
        }
    }

    /**
     * An AF_VSOCK address.
     *
     * @param contextId number of the machine, unsigned; -1 for any
     * @param port unsigned; -1 if not bound
     */
    record Vsock(int contextId, int port) implements Endpoint {
        static final int ANY = -1;
        private static final int BYTES = 16;

        @Override
        public boolean hasPort() {
            return true;
        }

        @Override
        public boolean isBound() {
            return port != ANY;
        }

        @Override
        public void append(Text out) {
            if (contextId == ANY) {
                out.add('*');
            } else {
                out.add(Integer.toUnsignedLong(contextId));
            }
            out.add(':').add(Integer.toUnsignedLong(port));
        }

        @Override
        public void write(Fields out) throws IOException {
            if (contextId != ANY) {
                writeHost(out);
            }
            if (port != ANY) {
                out.number("port", Integer.toUnsignedLong(port));
            }
        }

        @Override
        public byte[] host() {
            return ByteBuffer.allocate(Integer.BYTES).putInt(contextId).array();
        }

        @Override
        public void appendHost(Text out) {
            out.add("vsock ").add(Integer.toUnsignedLong(contextId));
        }

        @Override
        public void writeHost(Fields out) throws IOException {
            out.number("cid", Integer.toUnsignedLong(contextId));
        }

        /** The result allows any value of svm_flags, because the value differs between kernels. */
        @Override
        public @Nullable Sockaddr sockaddr() {
            if (!isBound()) {
                return null;
            }
            return Sockaddr.of(Sockaddr.begin(BYTES, AddressFamily.VSOCK)
                            .putShort((short) 0)
                            .order(ByteOrder.nativeOrder())
                            .putInt(port)
                            .putInt(contextId))
                    .open(12, BYTES);
        }
    }

    /** An address of any other family, which is not decoded. */
    record Other() implements WithoutHost {
        public static final Endpoint NONE = new Other();

        @Override
        public boolean isBound() {
            return false;
        }

        @Override
        public void append(Text out) {}

        @Override
        public void write(Fields out) {}

        @Override
        public @Nullable Sockaddr sockaddr() {
            return null;
        }
    }
}
