package accept4trace.format.lines;

import accept4trace.event.AcceptArguments;
import accept4trace.event.AcceptCall;
import accept4trace.format.FdText;
import accept4trace.text.Text;
import org.jspecify.annotations.Nullable;

/** Formats the second and third arguments: the peer's address in the caller's memory, and its length. */
final class AddressArguments {
    private static final String SAME_AS_OF_FD = "{peer}";

    private final FdText fds;
    private final boolean brief;

    /**
     * @param brief abbreviate an address that the text of the accepted fd shows, and omit the length that the caller
     *     passed if the address fitted
     */
    AddressArguments(FdText fds, boolean brief) {
        this.fds = fds;
        this.brief = brief;
    }

    /**
     * Appends the arguments like strace. Decodes them only if neither pointer is NULL and the call succeeded. Shows the
     * pointer itself if the memory it points to is unreadable.
     */
    void append(Text out, AcceptCall call) {
        AcceptArguments arguments = call.arguments();
        if (arguments.addressPointer() == 0 || arguments.lengthPointer() == 0) {
            pointers(out, arguments);
        } else if (!call.isConnection()) {
            untouched(out, arguments);
        } else if (arguments.lengthOut() == null) {
            pointers(out, arguments);
        } else {
            address(out, call);
            out.add(", ");
            lengths(out, arguments.lengthIn(), arguments.lengthOut());
        }
    }

    /**
     * Returns whether strace prints the arguments at exit. Otherwise, strace prints only the pointers, at entry. See
     * decode_sockname() in strace's net.c.
     */
    static boolean areDecodedAtExit(AcceptArguments arguments) {
        return arguments.addressPointer() != 0 && arguments.lengthPointer() != 0 && arguments.lengthIn() != null;
    }

    private static void pointers(Text out, AcceptArguments arguments) {
        pointer(out, arguments.addressPointer());
        out.add(", ");
        pointer(out, arguments.lengthPointer());
    }

    private static void untouched(Text out, AcceptArguments arguments) {
        if (arguments.lengthIn() == null) {
            pointers(out, arguments);
        } else {
            pointer(out, arguments.addressPointer());
            out.add(", [").add(arguments.lengthIn()).add(']');
        }
    }

    private void address(Text out, AcceptCall call) {
        AcceptArguments arguments = call.arguments();
        if (arguments.address() == null) {
            pointer(out, arguments.addressPointer());
        } else if (brief
                && call.addressIsThatOfFd()
                && fds.showsPeer(call.connection().requireSocket())) {
            out.add(SAME_AS_OF_FD);
        } else {
            SockaddrText.append(
                    out,
                    arguments.address(),
                    arguments.addressPointer(),
                    fds.interfacesOf(call.listener().netns()));
        }
    }

    private void lengths(Text out, @Nullable Integer passed, int stored) {
        out.add('[');
        if (passed == null) {
            out.add(brief ? "" : "? => ");
        } else if (brief ? passed < stored : passed != stored) {
            out.add(passed).add(" => ");
        }
        out.add(stored).add(']');
    }

    static void pointer(Text out, long pointer) {
        if (pointer == 0) {
            out.add("NULL");
        } else {
            out.hex(pointer);
        }
    }
}
