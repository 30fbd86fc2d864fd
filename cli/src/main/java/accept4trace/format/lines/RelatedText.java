package accept4trace.format.lines;

import accept4trace.event.RelatedCall;
import accept4trace.format.FdText;
import accept4trace.text.Text;
import java.util.List;
import java.util.Map;

/** The arguments of calls other than accepts; what lists and structs hold is left out, as by strace's abbreviations. */
final class RelatedText {
    /** How an argument is shown. */
    private enum Kind {
        SOCKET,
        EPOLL,
        ADDRESS,
        NUMBER,
        LIST,
        STRUCT
    }

    private static final Map<String, List<Kind>> ARGUMENTS = Map.of(
            "bind", List.of(Kind.SOCKET, Kind.ADDRESS, Kind.NUMBER),
            "listen", List.of(Kind.SOCKET, Kind.NUMBER),
            "select", List.of(Kind.NUMBER, Kind.LIST, Kind.LIST, Kind.LIST, Kind.STRUCT),
            "pselect6", List.of(Kind.NUMBER, Kind.LIST, Kind.LIST, Kind.LIST, Kind.STRUCT, Kind.STRUCT),
            "poll", List.of(Kind.LIST, Kind.NUMBER, Kind.NUMBER),
            "ppoll", List.of(Kind.LIST, Kind.NUMBER, Kind.STRUCT, Kind.LIST, Kind.NUMBER),
            "epoll_wait", List.of(Kind.EPOLL, Kind.LIST, Kind.NUMBER, Kind.NUMBER),
            "epoll_pwait", List.of(Kind.EPOLL, Kind.LIST, Kind.NUMBER, Kind.NUMBER, Kind.LIST, Kind.NUMBER),
            "epoll_pwait2", List.of(Kind.EPOLL, Kind.LIST, Kind.NUMBER, Kind.STRUCT, Kind.LIST, Kind.NUMBER));

    private final FdText fds;

    RelatedText(FdText fds) {
        this.fds = fds;
    }

    void append(Text out, RelatedCall call) {
        List<Kind> kinds = ARGUMENTS.get(call.syscall());
        for (int i = 0; i < kinds.size(); i++) {
            out.add(i == 0 ? "" : ", ");
            argument(out, call, kinds.get(i), call.arguments()[i]);
        }
    }

    private void argument(Text out, RelatedCall call, Kind kind, long value) {
        switch (kind) {
            case SOCKET -> fds.socket(out, call);
            case EPOLL -> fds.epoll(out, number(value));
            case ADDRESS -> address(out, call, value);
            case NUMBER -> out.add(number(value));
            case LIST -> contents(out, value, "[...]");
            case STRUCT -> contents(out, value, "{...}");
        }
    }

    /** All of them are C's ints: the upper half of the register means nothing. */
    private static int number(long value) {
        return (int) value;
    }

    private void address(Text out, RelatedCall call, long pointer) {
        if (call.userAddress() == null) {
            AddressArguments.pointer(out, pointer);
        } else {
            SockaddrText.append(out, call.userAddress(), pointer, fds.interfacesOf(call.netns()));
        }
    }

    private static void contents(Text out, long pointer, String shown) {
        out.add(pointer == 0 ? "NULL" : shown);
    }
}
