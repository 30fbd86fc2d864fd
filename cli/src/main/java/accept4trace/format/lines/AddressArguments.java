package accept4trace.format.lines;

import accept4trace.event.AcceptEvent;
import accept4trace.text.Text;

/** The second and the third argument: the peer's address as the call left it in the caller's memory. */
final class AddressArguments {
    private AddressArguments() {}

    /**
     * As strace: decoded only when both pointers are given and the call succeeded; what cannot be read is shown as the
     * pointer it is.
     *
     * @param netns network namespace by whose interfaces a scope is named
     */
    static void append(Text out, AcceptEvent event, long netns) {
        if (event.addressPointer() == 0 || event.addrlenPointer() == 0) {
            pointers(out, event);
        } else if (!event.isConnection()) {
            untouched(out, event);
        } else if (event.addrlenOut() == null) {
            pointers(out, event);
        } else {
            address(out, event, netns);
            out.add(", ");
            lengths(out, event);
        }
    }

    private static void pointers(Text out, AcceptEvent event) {
        pointer(out, event.addressPointer());
        out.add(", ");
        pointer(out, event.addrlenPointer());
    }

    private static void untouched(Text out, AcceptEvent event) {
        pointer(out, event.addressPointer());
        out.add(", ");
        if (event.addrlenIn() == null) {
            pointer(out, event.addrlenPointer());
        } else {
            out.add('[').add(event.addrlenIn()).add(']');
        }
    }

    private static void address(Text out, AcceptEvent event, long netns) {
        if (event.userAddress() == null) {
            pointer(out, event.addressPointer());
        } else {
            SockaddrText.append(out, event.userAddress(), event.addressPointer(), netns);
        }
    }

    private static void lengths(Text out, AcceptEvent event) {
        out.add('[');
        if (event.addrlenIn() == null) {
            out.add("? => ");
        } else if (!event.addrlenIn().equals(event.addrlenOut())) {
            out.add(event.addrlenIn()).add(" => ");
        }
        out.add(event.addrlenOut()).add(']');
    }

    static void pointer(Text out, long pointer) {
        if (pointer == 0) {
            out.add("NULL");
        } else {
            out.hex(pointer);
        }
    }
}
