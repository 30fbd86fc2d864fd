package accept4trace.event;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** System calls in which servers sleep, with their numbers on each processor. */
public enum BlockingCall {
    READ(0, 63, Kind.RECEIVE),
    WRITE(1, 64, Kind.SEND),
    POLL(7, -1, Kind.POLL),
    PREAD64(17, 67, Kind.FILE),
    PWRITE64(18, 68, Kind.FILE),
    READV(19, 65, Kind.RECEIVE),
    WRITEV(20, 66, Kind.SEND),
    SELECT(23, -1, Kind.POLL),
    PAUSE(34, -1, Kind.SLEEP),
    NANOSLEEP(35, 101, Kind.SLEEP),
    SENDFILE(40, 71, Kind.SEND),
    CONNECT(42, 203, Kind.CONNECT),
    ACCEPT(43, 202, Kind.ACCEPT),
    SENDTO(44, 206, Kind.SEND),
    RECVFROM(45, 207, Kind.RECEIVE),
    SENDMSG(46, 211, Kind.SEND),
    RECVMSG(47, 212, Kind.RECEIVE),
    WAIT4(61, 260, Kind.CHILD),
    SEMOP(65, 193, Kind.LOCK),
    MSGRCV(70, 188, Kind.LOCK),
    FCNTL(72, 25, Kind.FILE),
    FLOCK(73, 32, Kind.FILE),
    FSYNC(74, 82, Kind.FILE),
    FDATASYNC(75, 83, Kind.FILE),
    RT_SIGTIMEDWAIT(128, 137, Kind.SLEEP),
    RT_SIGSUSPEND(130, 133, Kind.SLEEP),
    FUTEX(202, 98, Kind.LOCK),
    IO_GETEVENTS(208, 4, Kind.OTHER),
    RESTART_SYSCALL(219, 128, Kind.OTHER),
    SEMTIMEDOP(220, 192, Kind.LOCK),
    CLOCK_NANOSLEEP(230, 115, Kind.SLEEP),
    EPOLL_WAIT(232, -1, Kind.EPOLL),
    WAITID(247, 95, Kind.CHILD),
    OPENAT(257, 56, Kind.OTHER),
    PSELECT6(270, 72, Kind.POLL),
    PPOLL(271, 73, Kind.POLL),
    SPLICE(275, 76, Kind.RECEIVE),
    EPOLL_PWAIT(281, 22, Kind.EPOLL),
    ACCEPT4(288, 242, Kind.ACCEPT),
    RECVMMSG(299, 243, Kind.RECEIVE),
    SENDMMSG(307, 269, Kind.SEND),
    IO_PGETEVENTS(333, 292, Kind.OTHER),
    IO_URING_ENTER(426, 426, Kind.OTHER),
    EPOLL_PWAIT2(441, 441, Kind.EPOLL),
    FUTEX_WAITV(449, 449, Kind.LOCK),
    FUTEX_WAIT(455, 455, Kind.LOCK);

    /** What a call waits for. */
    public enum Kind {
        RECEIVE,
        SEND,
        CONNECT,
        ACCEPT,
        EPOLL,
        POLL,
        LOCK,
        SLEEP,
        CHILD,
        FILE,
        OTHER
    }

    private static final boolean ARM64 = System.getProperty("os.arch").equals("aarch64");
    private static final Map<Long, BlockingCall> BY_NUMBER = new HashMap<>();

    static {
        for (BlockingCall call : values()) {
            BY_NUMBER.put((long) (ARM64 ? call.arm64 : call.x86), call);
        }
    }

    private final int x86;
    private final int arm64;
    private final Kind kind;

    /** A number of -1 means that the processor has no such call. */
    BlockingCall(int x86, int arm64, Kind kind) {
        this.x86 = x86;
        this.arm64 = arm64;
        this.kind = kind;
    }

    /** Returns the call with this number on this processor; null if it is not listed above. */
    static @Nullable BlockingCall of(long number) {
        return number < 0 ? null : BY_NUMBER.get(number);
    }

    public Kind kind() {
        return kind;
    }

    /** Returns whether the first argument is a file descriptor. */
    public boolean hasFd() {
        return switch (kind) {
            case RECEIVE, SEND, CONNECT, ACCEPT, EPOLL, FILE -> true;
            case POLL, LOCK, SLEEP, CHILD, OTHER -> this == IO_URING_ENTER;
        };
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
