package accept4trace.format.lines;

import accept4trace.event.RelatedCall;
import accept4trace.event.SystemCall.Argument;
import accept4trace.format.FdText;
import accept4trace.text.Text;
import java.util.List;

/** Formats the arguments of calls other than accepts. Lists and structs are abbreviated, as strace does. */
final class RelatedText {
    private final FdText fds;

    RelatedText(FdText fds) {
        this.fds = fds;
    }

    void append(Text out, RelatedCall call) {
        List<Argument> kinds = call.syscall().arguments();
        for (int i = 0; i < kinds.size(); i++) {
            out.add(i == 0 ? "" : ", ");
            argument(out, call, kinds.get(i), call.arguments()[i]);
        }
    }

    private void argument(Text out, RelatedCall call, Argument kind, long value) {
        switch (kind) {
            case SOCKET -> fds.listener(out, call);
            case EPOLL -> fds.epoll(out, number(value));
            case ADDRESS -> address(out, call, value);
            case NUMBER -> out.add(number(value));
            case LIST -> contents(out, value, "[...]");
            case STRUCT -> contents(out, value, "{...}");
        }
    }

    /** Truncates a register to a C int, because its upper half is undefined. */
    private static int number(long value) {
        return (int) value;
    }

    private void address(Text out, RelatedCall call, long pointer) {
        if (call.address() == null) {
            AddressArguments.pointer(out, pointer);
        } else {
            SockaddrText.append(
                    out,
                    call.address(),
                    pointer,
                    fds.interfacesOf(call.listener().netns()));
        }
    }

    private static void contents(Text out, long pointer, String shown) {
        out.add(pointer == 0 ? "NULL" : shown);
    }
}
