package accept4trace.event;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Traced system calls, in the order of {@code enum a4t_syscall}. */
public enum SystemCall {
    ACCEPT4,
    ACCEPT,
    BIND(Argument.SOCKET, Argument.ADDRESS, Argument.NUMBER),
    LISTEN(Argument.SOCKET, Argument.NUMBER),
    SELECT(Argument.NUMBER, Argument.LIST, Argument.LIST, Argument.LIST, Argument.STRUCT),
    PSELECT6(Argument.NUMBER, Argument.LIST, Argument.LIST, Argument.LIST, Argument.STRUCT, Argument.STRUCT),
    POLL(Argument.LIST, Argument.NUMBER, Argument.NUMBER),
    PPOLL(Argument.LIST, Argument.NUMBER, Argument.STRUCT, Argument.LIST, Argument.NUMBER),
    EPOLL_WAIT(Argument.EPOLL, Argument.LIST, Argument.NUMBER, Argument.NUMBER),
    EPOLL_PWAIT(Argument.EPOLL, Argument.LIST, Argument.NUMBER, Argument.NUMBER, Argument.LIST, Argument.NUMBER),
    EPOLL_PWAIT2(Argument.EPOLL, Argument.LIST, Argument.NUMBER, Argument.STRUCT, Argument.LIST, Argument.NUMBER);

    /** The kind of an argument. */
    public enum Argument {
        SOCKET,
        EPOLL,
        ADDRESS,
        NUMBER,
        LIST,
        STRUCT
    }

    public static final Comparator<SystemCall> BY_NAME = Comparator.comparing(SystemCall::toString);

    private static final SystemCall[] ALL = values();

    private final String word = name().toLowerCase(Locale.ROOT);
    private final List<Argument> arguments;

    SystemCall(Argument... arguments) {
        this.arguments = List.of(arguments);
    }

    static SystemCall of(int number) {
        return ALL[number % ALL.length];
    }

    /** Returns the kinds of the arguments of a {@link RelatedCall}, in order; empty for accepts. */
    public List<Argument> arguments() {
        return arguments;
    }

    public boolean isAccept() {
        return this == ACCEPT4 || this == ACCEPT;
    }

    public boolean hasFlags() {
        return this == ACCEPT4;
    }

    @Override
    public String toString() {
        return word;
    }
}
