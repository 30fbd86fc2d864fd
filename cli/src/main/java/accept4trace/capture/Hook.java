package accept4trace.capture;

/** What can be attached to. */
public enum Hook {
    TRACEPOINTS(0, "tracepoint sys_enter/exit_accept4", "arguments, result, duration"),
    SOCK_GRAFT(1, "kprobe security_sock_graft", "race-free peer, lost ones, io_uring, 32-bit callers"),
    SOCKET_ACCEPT(2, "kprobe security_socket_accept", "exact listener"),
    UNIX_CONNECT(5, "kprobe security_unix_stream_connect", "queue wait of AF_UNIX connections"),
    FENTRY(3, "fentry of all three", "the same, where kprobes do not work"),
    FD_INSTALL(4, "kprobe fd_install", "race-free peer, where neither works");

    private final int number;
    private final String title;
    private final String gives;

    Hook(int number, String title, String gives) {
        this.number = number;
        this.title = title;
        this.gives = gives;
    }

    /** Its number in enum a4t_hook of native/a4t.h. */
    public int number() {
        return number;
    }

    public String title() {
        return title;
    }

    public String gives() {
        return gives;
    }
}
