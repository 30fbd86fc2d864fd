package accept4trace.event;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The address that a call left in the caller's memory, held against the kernel's. */
public final class UserAddress {
    private static final int IN_BYTES = 16;
    private static final int IN6_BYTES = 28;
    private static final int VM_BYTES = 16;
    private static final int FAMILY_BYTES = 2;
    /** VMADDR_PORT_ANY. */
    private static final int VSOCK_ANY = -1;

    private UserAddress() {}

    /** What the kernel writes for a peer; bytes in [open, openEnd) may hold anything. */
    private record Expected(byte[] bytes, int open, int openEnd) {}

    /**
     * Whether memory that could be read after a successful call holds something else than the peer's address, cut to the
     * length that the caller gave.
     */
    public static boolean disagrees(AcceptCall call) {
        KernelSocket accepted = call.connection().socket();
        AcceptArguments arguments = call.arguments();
        if (!call.isConnection() || accepted == null || arguments.address() == null || arguments.lengthOut() == null) {
            return false;
        }
        Expected expected = expected(accepted.family(), accepted.remote());
        return expected != null
                && (arguments.lengthOut() != expected.bytes.length || differs(arguments.address(), expected));
    }

    private static boolean differs(byte[] actual, Expected expected) {
        for (int i = 0; i < actual.length && i < expected.bytes.length; i++) {
            boolean open = i >= expected.open && i < expected.openEnd;
            if (!open && actual[i] != expected.bytes[i]) {
                return true;
            }
        }
        return false;
    }

    /** Null where the kernel's idea of the peer is unknown: of IPPROTO_SMC, for instance, it is in another socket. */
    private static Expected expected(int family, Endpoint peer) {
        if (isUnknown(family, peer)) {
            return null;
        }
        return switch (family) {
            case AddressFamily.INET ->
                new Expected(
                        sockaddr(IN_BYTES, family)
                                .putShort((short) peer.port())
                                .put(peer.address())
                                .array(),
                        0,
                        0);
            /* The flow label is that of the connection's first packet where the program has asked for it. */
            case AddressFamily.INET6 -> new Expected(inet6(peer), 4, 8);
            case AddressFamily.UNIX ->
                new Expected(
                        sockaddr(FAMILY_BYTES + peer.name().length, family)
                                .put(peer.name())
                                .array(),
                        0,
                        0);
            /* Flags differ between kernels. */
            case AddressFamily.VSOCK -> new Expected(vsock(peer), 12, VM_BYTES);
            default -> null;
        };
    }

    private static boolean isUnknown(int family, Endpoint peer) {
        return switch (family) {
            case AddressFamily.INET, AddressFamily.INET6 -> peer.port() == 0;
            case AddressFamily.VSOCK -> peer.port() == VSOCK_ANY;
            default -> false;
        };
    }

    /** Big-endian behind the family. */
    private static ByteBuffer sockaddr(int length, int family) {
        return ByteBuffer.allocate(length)
                .order(ByteOrder.nativeOrder())
                .putShort((short) family)
                .order(ByteOrder.BIG_ENDIAN);
    }

    private static byte[] inet6(Endpoint peer) {
        return sockaddr(IN6_BYTES, AddressFamily.INET6)
                .putShort((short) peer.port())
                .putInt(0)
                .put(peer.address())
                .order(ByteOrder.nativeOrder())
                .putInt(peer.scopeId())
                .array();
    }

    private static byte[] vsock(Endpoint peer) {
        return sockaddr(VM_BYTES, AddressFamily.VSOCK)
                .putShort((short) 0)
                .order(ByteOrder.nativeOrder())
                .putInt(peer.port())
                .putInt(peer.contextId())
                .array();
    }
}
