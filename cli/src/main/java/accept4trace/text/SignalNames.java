package accept4trace.text;

/** Names of Linux signals by number, for x86, arm64 and riscv. */
public final class SignalNames {
    public static final int SIGKILL = 9;
    public static final int SIGPIPE = 13;

    private static final String[] NAMES = {
        "SIGHUP", "SIGINT", "SIGQUIT", "SIGILL", "SIGTRAP", "SIGABRT", "SIGBUS", "SIGFPE",
        "SIGKILL", "SIGUSR1", "SIGSEGV", "SIGUSR2", "SIGPIPE", "SIGALRM", "SIGTERM", "SIGSTKFLT",
        "SIGCHLD", "SIGCONT", "SIGSTOP", "SIGTSTP", "SIGTTIN", "SIGTTOU", "SIGURG", "SIGXCPU",
        "SIGXFSZ", "SIGVTALRM", "SIGPROF", "SIGWINCH", "SIGIO", "SIGPWR", "SIGSYS",
    };
    /** SIGRTMIN of the kernel; glibc reserves the first two signals. */
    private static final int FIRST_REAL_TIME = 32;

    private SignalNames() {}

    public static String of(int signal) {
        return signal <= NAMES.length ? NAMES[signal - 1] : "SIGRT_" + (signal - FIRST_REAL_TIME);
    }
}
