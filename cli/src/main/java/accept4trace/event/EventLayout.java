package accept4trace.event;

/**
 * Where the fields of an event record stand, in bytes: the reader's side of bpf/accept_event.h. A test compares every
 * number here with the layout that the native library was compiled with.
 */
public final class EventLayout {
    public static final int ABI_VERSION = 7;

    public static final int SIZE = 0;
    public static final int TYPE = 2;
    public static final int FLAGS = 4;
    public static final int ENTER_NS = 8;
    public static final int EXIT_NS = 16;
    public static final int RET = 24;
    public static final int ADDR_PTR = 32;
    public static final int ADDRLEN_PTR = 40;
    public static final int FD = 48;
    public static final int SOCK_FLAGS = 52;
    public static final int TGID = 56;
    public static final int TID = 60;
    public static final int UID = 64;
    public static final int ADDRLEN_IN = 68;
    public static final int ADDRLEN_OUT = 72;
    public static final int USER_ADDR_LEN = 76;
    public static final int QUEUE_LEN = 80;
    public static final int QUEUE_MAX = 84;
    public static final int WAIT_NS = 120;
    public static final int PEER_INODE = 128;
    public static final int PEER_PID = 136;
    public static final int PEER_UID = 140;
    public static final int PEER_COMM = 144;
    public static final int THREAD_COMM = 160;
    public static final int PROCESS_COMM = 176;
    public static final int PROTOCOL_NAME = 192;
    public static final int DROPS = 88;
    public static final int NETNS = 92;
    public static final int CGROUP = 104;
    public static final int ACCEPTED_NS = 112;
    public static final int SYSCALL = 96;
    public static final int VIA = 98;
    public static final int READY = 100;
    public static final int LISTENER = 208;
    public static final int ACCEPTED = 248;
    public static final int PEER = 288;
    /** Of a related call, in place of the accepted socket and its peer. */
    public static final int ARGUMENTS = 248;

    public static final int ARGUMENT_COUNT = 6;
    public static final int USER_ADDR = 312;
    public static final int LOCAL_NAME = 440;
    public static final int PEER_NAME = 548;

    public static final int COMM_LEN = 16;
    public static final int PROTOCOL_LEN = 16;
    public static final int SHORT_RECORD = 344;
    public static final int LONG_RECORD = 656;
    public static final int RECORD_WITH_STACK = 25512;

    /** struct a4t_user_stack, behind a long record. */
    public static final int STACK = LONG_RECORD;

    public static final int STACK_LEN = 656;
    public static final int STACK_REGISTERS = 664;
    public static final int STACK_MEMORY = 936;

    /** Offsets within struct a4t_socket. */
    public static final class Socket {
        public static final int INODE = 0;
        public static final int FAMILY = 8;
        public static final int TYPE = 10;
        public static final int PROTOCOL = 12;
        public static final int STATE = 14;
        public static final int LOCAL = 16;

        private Socket() {}
    }

    /** Offsets within struct a4t_endpoint. */
    public static final class End {
        public static final int ADDR = 0;
        public static final int VSOCK_CID = 0;
        public static final int VSOCK_PORT = 4;
        public static final int SCOPE_ID = 16;
        public static final int PORT = 20;
        public static final int NAME_LEN = 22;

        private End() {}
    }

    /** enum a4t_event_type. */
    public static final int TYPE_ACCEPT4 = 1;

    public static final int TYPE_EXIT = 2;
    public static final int TYPE_RELATED = 3;

    /** enum a4t_event_flag. */
    public static final int ENTER_UNSEEN = 1;

    public static final int ENTER_LOST = 1 << 1;
    public static final int BY_SECCOMP = 1 << 2;
    public static final int KILLED = 1 << 3;
    public static final int HAS_ADDRLEN_IN = 1 << 4;
    public static final int HAS_ADDRLEN_OUT = 1 << 5;
    public static final int HAS_USER_ADDR = 1 << 6;
    public static final int HAS_LISTENER = 1 << 7;
    public static final int LISTENER_PEER = 1 << 8;
    public static final int HAS_PEER = 1 << 9;
    public static final int PEER_RACY = 1 << 10;
    public static final int HAS_PEER_TASK = 1 << 11;
    public static final int HAS_WAIT = 1 << 12;
    public static final int HAS_QUEUE = 1 << 13;
    public static final int HAS_DROPS = 1 << 14;
    public static final int REUSEPORT = 1 << 15;
    public static final int PASSCRED = 1 << 16;
    public static final int EXIT_LOST = 1 << 17;

    private EventLayout() {}
}
