package accept4trace.event;

import accept4trace.text.Escaper;
import accept4trace.text.IpText;
import accept4trace.text.Text;
import accept4trace.text.UnixName;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** One end of a connection, as the kernel knows it. */
public sealed interface Endpoint {
    Endpoint NONE = new Other();

    /** Whether a socket has this address, as opposed to none yet. */
    boolean isBound();

    /** Appends the address as strace shows it in a socket. Bound, or of a family with ports. */
    void append(Text out);

    /** Writes the address's parts. */
    void write(Fields out) throws IOException;

    /** Returns what the kernel stores for this peer in a caller's buffer, null if unknown. */
    @Nullable
    Sockaddr sockaddr();

    /** Whether the address has a port, bound or not. */
    boolean hasPort();

    /**
     * AF_INET and AF_INET6.
     *
     * @param address 4 or 16 bytes in network order
     * @param port host order, 0 if not bound
     * @param scopeId interface index of a link-local IPv6 address, else 0
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
            IpText.append(out, address);
            out.add(isV6() ? "]:" : ":").add(port);
        }

        @Override
        public void write(Fields out) throws IOException {
            out.string("address", IpText.of(address));
            out.number("port", port);
            if (scopeId != 0) {
                out.number("scope_id", scopeId);
            }
        }

        /**
         * Unknown if not bound: the peer of IPPROTO_SMC, for instance, is in another socket. sin6_flowinfo is open: it
         * is the flow label of the first packet if the program has asked for it.
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
    }

    /** AF_UNIX. The raw name is empty if there is none, and begins with a NUL byte if it is abstract. */
    record Unix(byte[] name) implements Endpoint {
        @Override
        public boolean hasPort() {
            return false;
        }

        @Override
        public boolean isBound() {
            return name.length > 0;
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
    }

    /** AF_VSOCK: a machine and its port, each -1 if not bound. */
    record Vsock(int contextId, int port) implements Endpoint {
        private static final int ANY = -1;
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
                out.number("cid", Integer.toUnsignedLong(contextId));
            }
            if (port != ANY) {
                out.number("port", Integer.toUnsignedLong(port));
            }
        }

        /** svm_flags are open: they differ between kernels. */
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

    /** Any other family: nothing is known of its addresses. */
    record Other() implements Endpoint {
        @Override
        public boolean hasPort() {
            return false;
        }

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
