package accept4trace.capture;

/** Hooks that {@link Tracing#missing} can check. */
public enum Hook {
    TRACEPOINTS(NativeLayout.Hook.TRACEPOINTS, "tracepoints of accept4 and accept", "arguments, result, duration"),
    SOCK_GRAFT(
            NativeLayout.Hook.SOCK_GRAFT,
            "kprobe security_sock_graft",
            "race-free peer, lost connections, io_uring, 32-bit callers"),
    SOCKET_ACCEPT(NativeLayout.Hook.SOCKET_ACCEPT, "kprobe security_socket_accept", "exact listener"),
    UNIX_CONNECT(
            NativeLayout.Hook.UNIX_CONNECT, "kprobe security_unix_stream_connect", "queue wait of AF_UNIX connections"),
    FENTRY(NativeLayout.Hook.FENTRY, "fentry of the same three functions", "a substitute for their kprobes"),
    FD_INSTALL(
            NativeLayout.Hook.FD_INSTALL,
            "kprobe fd_install",
            "a substitute for security_sock_graft: race-free peer only"),
    ACCEPT_FENTRY(
            NativeLayout.Hook.ACCEPT_FENTRY,
            "fentry and fexit of __sys_accept4",
            "--probe=fentry: no cost to other processes"),
    CLOSED(NativeLayout.Hook.CLOSED, "tracepoints of closed TCP sockets", "closed listeners, clients that give up"),
    UNIX_CLOSED(NativeLayout.Hook.UNIX_CLOSED, "kprobe unix_release_sock", "closed AF_UNIX listeners");

    private final int number;
    private final String title;
    private final String gives;

    Hook(int number, String title, String gives) {
        this.number = number;
        this.title = title;
        this.gives = gives;
    }

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
