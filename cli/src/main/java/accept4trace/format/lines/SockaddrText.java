package accept4trace.format.lines;

import accept4trace.event.AddressFamily;
import accept4trace.format.FdText.Interfaces;
import accept4trace.text.Escaper;
import accept4trace.text.FamilyNames;
import accept4trace.text.Flags;
import accept4trace.text.IpText;
import accept4trace.text.Text;
import accept4trace.text.UnixName;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Formats a struct sockaddr like strace. */
final class SockaddrText {
    private static final int FAMILY_BYTES = 2;
    private static final int IN_BYTES = 16;
    private static final int IN6_BYTES_WITHOUT_SCOPE = 24;
    private static final int IN6_BYTES = 28;
    private static final int VM_BYTES = 16;
    private static final String[] VM_CIDS = {"VMADDR_CID_HYPERVISOR", "VMADDR_CID_LOCAL", "VMADDR_CID_HOST"};
    private static final int VM_CID_ANY = -1;
    private static final int VM_PORT_ANY = -1;
    private static final Flags VM_FLAGS = new Flags("VMADDR_FLAG_???", new int[] {1}, "VMADDR_FLAG_TO_HOST");

    /** Appends the part of an address that follows sa_family. Each family has its own printer. */
    private interface Printer {
        void print(Text out, byte[] address, Interfaces interfaces);
    }

    private SockaddrText() {}

    /**
     * Appends an address.
     *
     * @param address bytes of the address in the caller's memory, possibly truncated
     * @param pointer shown instead if {@code address} is shorter than the two bytes of the family
     * @param interfaces the network interfaces that the scope of the address refers to
     */
    static void append(Text out, byte[] address, long pointer, Interfaces interfaces) {
        if (address.length < FAMILY_BYTES) {
            AddressArguments.pointer(out, pointer);
            return;
        }
        int number = Short.toUnsignedInt(
                ByteBuffer.wrap(address).order(ByteOrder.nativeOrder()).getShort(0));
        out.add("{sa_family=");
        FamilyNames.append(out, number);
        if (address.length > FAMILY_BYTES) {
            out.add(", ");
            printer(number, address.length).print(out, address, interfaces);
        }
        out.add('}');
    }

    private static Printer printer(int family, int length) {
        return switch (AddressFamily.of(family)) {
            case UNIX -> SockaddrText::unix;
            case INET -> length < IN_BYTES ? SockaddrText::raw : SockaddrText::inet;
            case INET6 -> length < IN6_BYTES_WITHOUT_SCOPE ? SockaddrText::raw : SockaddrText::inet6;
            case VSOCK -> length < VM_BYTES ? SockaddrText::raw : SockaddrText::vsock;
            case OTHER -> SockaddrText::raw;
        };
    }

    private static void raw(Text out, byte[] address, Interfaces interfaces) {
        out.add("sa_data=");
        Escaper.quotedData(out, address, FAMILY_BYTES, address.length);
    }

    private static void unix(Text out, byte[] address, Interfaces interfaces) {
        out.add("sun_path=");
        UnixName.append(out, address, FAMILY_BYTES, address.length);
    }

    private static void inet(Text out, byte[] address, Interfaces interfaces) {
        out.add("sin_port=htons(").add(port(address)).add("), sin_addr=inet_addr(\"");
        IpText.append(out, Arrays.copyOfRange(address, 4, 8));
        out.add("\")");
    }

    private static void inet6(Text out, byte[] address, Interfaces interfaces) {
        byte[] ip = Arrays.copyOfRange(address, 8, 24);
        long flowInfo = Integer.toUnsignedLong(ByteBuffer.wrap(address).getInt(4));
        out.add("sin6_port=htons(").add(port(address));
        out.add("), sin6_flowinfo=htonl(").add(flowInfo).add("), inet_pton(AF_INET6, \"");
        IpText.append(out, ip);
        out.add("\", &sin6_addr)");
        if (address.length > IN6_BYTES_WITHOUT_SCOPE) {
            scope(out, Arrays.copyOf(address, IN6_BYTES), ip, interfaces);
        }
    }

    private static void scope(Text out, byte[] address, byte[] ip, Interfaces interfaces) {
        int index = ByteBuffer.wrap(address).order(ByteOrder.nativeOrder()).getInt(IN6_BYTES_WITHOUT_SCOPE);
        out.add(", sin6_scope_id=");
        byte[] name = IpText.isLinkLocal(ip) ? interfaces.name(index) : null;
        if (name == null) {
            out.add(Integer.toUnsignedLong(index));
        } else {
            out.add("if_nametoindex(");
            Escaper.quoted(out, name, 0, name.length);
            out.add(')');
        }
    }

    private static void vsock(Text out, byte[] address, Interfaces interfaces) {
        ByteBuffer fields = ByteBuffer.wrap(address).order(ByteOrder.nativeOrder());
        out.add("svm_cid=");
        vsockCid(out, fields.getInt(8));
        out.add(", svm_port=");
        vsockPort(out, fields.getInt(4));
        out.add(", svm_flags=");
        VM_FLAGS.append(out, fields.get(12) & 0xff);
    }

    private static void vsockCid(Text out, int cid) {
        if (cid == VM_CID_ANY) {
            out.add("VMADDR_CID_ANY");
        } else if (cid >= 0 && cid < VM_CIDS.length) {
            out.add(VM_CIDS[cid]);
        } else {
            out.hex(Integer.toUnsignedLong(cid));
        }
    }

    private static void vsockPort(Text out, int port) {
        if (port == VM_PORT_ANY) {
            out.add("VMADDR_PORT_ANY");
        } else {
            out.hex(Integer.toUnsignedLong(port));
        }
    }

    private static int port(byte[] address) {
        return Short.toUnsignedInt(ByteBuffer.wrap(address).getShort(FAMILY_BYTES));
    }
}
