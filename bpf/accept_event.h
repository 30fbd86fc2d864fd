/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * The event record: the contract between the BPF programs, the native library and the Java reader.
 *
 * Every field has a fixed width and padding is explicit. The layout table at the end (see layout.h) lists
 * each field; the build generates the Java class EventLayout from it.
 *
 * The field `size` says which struct a record is:
 *   - struct accept_event
 *   - struct accept_event_long, if the record carries an AF_UNIX name or more than A4T_SHORT_ADDR bytes of
 *     user address
 *   - struct accept_event_with_stack up to the end of the valid bytes of `memory`, if stacks are recorded
 *   - struct a4t_refusal (refusal_record.h), for A4T_EVENT_REFUSED and A4T_EVENT_LISTENING
 *   - struct a4t_unix_refusal (unix_refusal_record.h), for A4T_EVENT_UNIX_REFUSED and
 *     A4T_EVENT_UNIX_LISTENING
 *
 * A tgid is what users call a process id. A tid is a thread id. Both are the ids that the reader's PID
 * namespace shows. User ids are those of the initial user namespace. Times are nanoseconds of the reader's
 * CLOCK_MONOTONIC: bpf_ktime_get_ns() plus the offset of the reader's time namespace.
 */
#ifndef ACCEPT_EVENT_H
#define ACCEPT_EVENT_H

#include <linux/types.h>
#include "layout.h"

#define A4T_COMM_LEN	 16  /* TASK_COMM_LEN */
#define A4T_PROTOCOL_LEN 16  /* proto.name (32 bytes) is truncated; e.g. "UNIX-STREAM" */
#define A4T_SHORT_ADDR	 32  /* user address bytes in a short record; >= sizeof(struct sockaddr_in6) */
#define A4T_USER_ADDR	 128 /* sizeof(struct sockaddr_storage) */
#define A4T_UNIX_NAME	 108 /* UNIX_PATH_MAX */

enum a4t_event_type {
	A4T_EVENT_ACCEPT4 = 1, /* an accept; see `syscall` and `via` */
	A4T_EVENT_EXIT = 2,    /* process has ended; only ids, names, exit_ns, `ret` (wait status) are set */
	A4T_EVENT_RELATED = 3, /* a bind, a listen, or a wait call that found a ready listener */
	A4T_EVENT_REFUSED = 4, /* struct a4t_refusal: a packet that a full accept queue has refused */
	A4T_EVENT_LISTENING = 7,       /* struct a4t_refusal: a target has made a socket listen */
	A4T_EVENT_UNIX_LISTENING = 10, /* struct a4t_unix_refusal: likewise, an AF_UNIX socket */
	A4T_EVENT_CLOSED = 5, /* a listener was closed; `closing` and the listener's last queue are set; there
				 is no call */
	A4T_EVENT_GAVE_UP = 6,	    /* a client has reset a connection before the accept; there is no call */
	A4T_EVENT_UNIX_REFUSED = 9, /* struct a4t_unix_refusal: a connect() that found a full accept queue */
	A4T_EVENT_TURNED_AWAY = 8,  /* a connection was closed at once, unused; only listener.inode,
				       accepted_ns, exit_ns (of the close) and `received` are set */
};

enum a4t_syscall {
	A4T_SYSCALL_ACCEPT4,
	A4T_SYSCALL_ACCEPT,
	/* A4T_FIRST_RELATED: from here on, calls are reported as A4T_EVENT_RELATED. */
	A4T_SYSCALL_BIND,
	A4T_SYSCALL_LISTEN,
	/* A4T_FIRST_WAIT: from here on, calls wait for many files at once. */
	A4T_SYSCALL_SELECT,
	A4T_SYSCALL_PSELECT6,
	A4T_SYSCALL_POLL,
	A4T_SYSCALL_PPOLL,
	A4T_SYSCALL_EPOLL_WAIT,
	A4T_SYSCALL_EPOLL_PWAIT,
	A4T_SYSCALL_EPOLL_PWAIT2,
};
#define A4T_SYSCALLS	  A4T_COUNT_OF(a4t_syscall)
#define A4T_FIRST_RELATED A4T_SYSCALL_BIND
#define A4T_FIRST_WAIT	  A4T_SYSCALL_SELECT

/*
 * How a connection was accepted. The tracepoints see only accepts with A4T_VIA_SYSCALL. Only the hooks on
 * kernel functions see the other accepts. Their events have no arguments and no result.
 */
enum a4t_via {
	A4T_VIA_SYSCALL,
	A4T_VIA_IO_URING,
	A4T_VIA_COMPAT,	    /* a 32-bit program's accept4 or accept, x32 included */
	A4T_VIA_SOCKETCALL, /* a 32-bit program's socketcall */
	A4T_VIA_KERNEL,	    /* a server inside the kernel, e.g. nfsd */
	A4T_VIA_UNKNOWN,    /* no evidence for any of the others */
};

enum a4t_event_flag {
	A4T_ENTER_UNSEEN = 1 << 0, /* the call began before tracing did; enter_ns is the start of tracing */
	A4T_ENTER_LOST = 1 << 1,   /* the entry was missed; enter_ns is when the call was first seen */
	A4T_BY_SECCOMP = 1 << 2,   /* a seccomp filter gave the result; enter_ns as for A4T_ENTER_LOST */
	A4T_KILLED = 1 << 3, /* `ret` is invalid: the thread was killed in the call, or seccomp sent SIGSYS */
	A4T_HAS_ADDRLEN_IN = 1 << 4,  /* addrlen_in was readable on entry */
	A4T_HAS_ADDRLEN_OUT = 1 << 5, /* addrlen_out was readable on exit */
	A4T_HAS_USER_ADDR = 1 << 6,   /* user_addr_len bytes of the caller's buffer were readable on exit */
	A4T_HAS_LISTENER = 1 << 7,  /* listener is filled in; else listener.inode is of the fd's file, or 0 */
	A4T_LISTENER_PEER = 1 << 8, /* `listener` does not listen; peer and peer_inode are its remote end */
	A4T_HAS_PEER = 1 << 9,	    /* accepted, peer and peer_inode are filled in */
	A4T_PEER_RACY = 1 << 10,    /* the fd was looked up at exit, and another task may have replaced it */
	A4T_HAS_PEER_TASK = 1 << 11, /* peer_pid, peer_uid are known; peer_comm if that process still runs */
	A4T_HAS_WAIT = 1 << 12,	     /* wait_ns is known */
	A4T_HAS_QUEUE = 1 << 13,     /* queue_len and queue_max are known */
	A4T_HAS_DROPS = 1 << 14,     /* drops is known */
	A4T_REUSEPORT = 1 << 15,     /* the listener has SO_REUSEPORT */
	A4T_PASSCRED = 1 << 16,	     /* the listener has SO_PASSCRED */
	A4T_EXIT_LOST = 1 << 17, /* `ret` is invalid: the exit was missed; exit_ns is when this was noticed */
	A4T_HAS_SOMAXCONN = 1 << 18, /* somaxconn is known */
	A4T_HAS_HALF_OPEN = 1 << 19, /* half_open is known */
	A4T_HAS_SYNACKS = 1 << 20,   /* synacks is known; never after SYN cookies, which have no count */
	A4T_HAS_RECEIVED = 1 << 21,  /* received, accept_cpu and receive_cpu are known */
	A4T_DEFERS = 1 << 22,	     /* with A4T_HAS_HALF_OPEN: the listener has TCP_DEFER_ACCEPT */
};

/* One end of a connection. The socket's family says which members are used. */
struct a4t_endpoint {
	union {
		__u8 addr[16]; /* AF_INET: the first 4 bytes; AF_INET6: all 16; network order */
		struct {
			__u32 vsock_cid; /* AF_VSOCK; host order */
			__u32 vsock_port;
		};
	};
	__u32 scope_id; /* interface index of an AF_INET6 link-local address, else 0 */
	__u16 port;	/* host order */
	/*
	 * AF_UNIX: length of the name in bytes, 0 = unnamed. An abstract name begins with a NUL byte. The
	 * length of a path includes its final NUL. If the path has A4T_UNIX_NAME bytes without the NUL, the
	 * record does not contain the NUL.
	 */
	__u16 name_len;
};

/* A socket of the server and its local address. */
struct a4t_socket {
	__u64 inode; /* in sockfs, 0 = unknown */
	__u16 family;
	__u16 type;	/* SOCK_STREAM, ... */
	__u16 protocol; /* IPPROTO_TCP, ...; 0 for AF_UNIX */
	__u8 state;	/* TCP_LISTEN, ...: include/net/tcp_states.h */
	__u8 pad;
	struct a4t_endpoint local;
};

#define A4T_ARGUMENTS 6

/*
 * What became of the accept queue of a closed listener. Connections that their clients had reset before the
 * close are not counted.
 */
struct a4t_closing {
	__u32 reset;	 /* connections that the kernel has reset, except those in `left` */
	__u32 migrated;	 /* connections that went to another socket of the SO_REUSEPORT group */
	__u32 half_open; /* handshakes that had not completed */
	__u32 by_exit;	 /* the process that closed the listener was ending */
	__u32 left;	 /* connections whose clients had already closed their end */
	__u32 pad;
};

struct accept_event {
	__u16 size;  /* bytes of this record */
	__u16 type;  /* enum a4t_event_type */
	__u32 flags; /* enum a4t_event_flag */
	__u64 enter_ns;
	__u64 exit_ns;
	__s64 ret;	   /* as in sys_exit: new fd or -errno; -512 and below are ERESTART* codes */
	__u64 addr_ptr;	   /* second argument */
	__u64 addrlen_ptr; /* third argument */
	__s32 fd;	   /* first argument, or the first wanted listener that a wait call found ready */
	__u32 sock_flags;  /* fourth argument */
	__u32 tgid;
	__u32 tid;
	__u32 uid;
	__s32 addrlen_in;    /* *addrlen on entry */
	__s32 addrlen_out;   /* *addrlen on exit, successful calls only */
	__u32 user_addr_len; /* bytes in user_addr: the least of addrlen_in, addrlen_out, A4T_USER_ADDR */
	__u32 queue_len;     /* connections in the accept queue after this accept */
	__u32 queue_max;     /* limit of the accept queue (sk_max_ack_backlog) */
	__u32 drops;	     /* connections that the listener has dropped (sk_drops); wraps */
	__u32 netns;	     /* inode of the listener's network namespace */
	__u16 syscall;	     /* enum a4t_syscall */
	__u16 via;	     /* enum a4t_via; unless A4T_VIA_SYSCALL, arguments and ret are unknown */
	__u32 ready;	     /* listeners that a wait call found ready */
	__u32 somaxconn;     /* net.core.somaxconn of the listener's network namespace */
	__u32 half_open;     /* incomplete handshakes; with A4T_DEFERS also clients without data */
	__u32 synacks;	     /* SYN-ACKs sent again before the handshake completed */
	__u32 rtt_us;	     /* round-trip time of the handshake, in microseconds; 0 = unknown */
	__u32 received;	     /* bytes that the client had already sent */
	__u16 accept_cpu;    /* the CPU that ran the accept */
	__u16 receive_cpu;   /* the CPU that received the client's last packet */
	__u64 cgroup;	     /* id of the caller's cgroup (unified hierarchy); 0 = unknown or unwanted */
	__u64 accepted_ns;   /* when the connection was taken off the queue, or looked up */
	__u64 wait_ns;	     /* from the end of the handshake to the accept; AF_UNIX: see unix_waits.bpf.h */
	__u64 peer_inode;    /* AF_UNIX: the client's socket, 0 = unknown */
	__u32 peer_pid;	     /* AF_UNIX: the process that called connect */
	__u32 peer_uid;	     /* its effective user id at the connect */
	char peer_comm[A4T_COMM_LEN];	 /* its name at the accept, empty if it has ended */
	char thread_comm[A4T_COMM_LEN];	 /* NUL-terminated; can contain any other byte */
	char process_comm[A4T_COMM_LEN]; /* name of the thread group leader */
	char protocol[A4T_PROTOCOL_LEN]; /* kernel's name for the listener's protocol; empty for IP */
	struct a4t_socket listener;
	union {
		struct {
			struct a4t_socket accepted;
			struct a4t_endpoint peer;
		};
		__u64 arguments[A4T_ARGUMENTS]; /* A4T_EVENT_RELATED: all arguments */
		struct a4t_closing closing;	/* A4T_EVENT_CLOSED */
	};
	__u8 user_addr[A4T_SHORT_ADDR]; /* the caller's address buffer at exit */
};

struct accept_event_long {
	struct accept_event head;
	__u8 user_addr_more[A4T_USER_ADDR - A4T_SHORT_ADDR]; /* continues head.user_addr */
	__u8 local_name[A4T_UNIX_NAME]; /* of the listener and of the accepted AF_UNIX socket */
	__u8 peer_name[A4T_UNIX_NAME];
};

/*
 * How long the reader polls the ring after a wake-up or an event. During that time the programs send no
 * wake-ups. On a busy machine, the reader may get no CPU for some milliseconds, and then sees an event that
 * much later.
 */
#define A4T_AWAKE_NS 20000000

/*
 * How long the programs wait for a reader that they have woken. Until then, they send no more wake-ups: the
 * reader runs as soon as it gets a CPU, and then sets awake_until_ns itself.
 */
#define A4T_WOKEN_NS 50000000

#define A4T_REGISTERS	34	    /* words; enough for struct pt_regs of every processor */
#define A4T_STACK_BYTES (24 * 1024) /* one function of libuv already uses 12 KiB */

/* Data for unwinding the caller's user stack, copied while the thread is in the kernel. */
struct a4t_user_stack {
	__u32 len; /* valid bytes of `memory`; 0 = nothing is known, not even the registers */
	__u32 pad;
	__u64 registers[A4T_REGISTERS]; /* struct pt_regs */
	__u8 memory[A4T_STACK_BYTES];	/* from the stack pointer upwards */
};

struct accept_event_with_stack {
	struct accept_event_long call;
	struct a4t_user_stack stack;
};

/*
 * Reasons why events are missing or incomplete. Each comment says what is counted. A program that has a twin
 * counts as skipped only if the kernel skipped both twins: see enum passage in maps.bpf.h.
 */
enum a4t_loss {
	A4T_LOST_RING_FULL,	/* events missing because the reader was too slow */
	A4T_LOST_INFLIGHT_FULL, /* calls not recorded at entry, as `calls` was full; still reported at exit */
	A4T_LOST_TARGETS_FULL,	/* children not followed because `targets` was full */
	A4T_LOST_RECURSION,	/* calls missing because all their programs were skipped; upper bound */
	A4T_LOST_FORKS,		/* children not followed because process_fork() was skipped; upper bound */
	A4T_LOST_HALVES,	/* reported calls whose entry or exit program the kernel skipped */
	A4T_LOST_REFUSALS,	/* refused packets missing because their programs were skipped; upper bound */
	A4T_LOST_CLOSINGS,    /* A4T_EVENT_CLOSED and A4T_EVENT_GAVE_UP missing or with too low counts; upper
				 bound */
	A4T_LOST_TURNED_AWAY, /* A4T_EVENT_TURNED_AWAY missing as its program was skipped; upper bound */
};
#define A4T_LOSS_KINDS A4T_COUNT_OF(a4t_loss)

/* The part of the layout table for this header. */
/* clang-format off */
#define A4T_VALUES_a4t_event_type(value) \
	value(A4T_EVENT_ACCEPT4) value(A4T_EVENT_EXIT) value(A4T_EVENT_RELATED) \
	value(A4T_EVENT_TURNED_AWAY) value(A4T_EVENT_REFUSED) value(A4T_EVENT_LISTENING) \
	value(A4T_EVENT_CLOSED) value(A4T_EVENT_GAVE_UP) value(A4T_EVENT_UNIX_REFUSED) \
	value(A4T_EVENT_UNIX_LISTENING)

#define A4T_VALUES_a4t_syscall(value) \
	value(A4T_SYSCALL_ACCEPT4) value(A4T_SYSCALL_ACCEPT) value(A4T_SYSCALL_BIND) \
	value(A4T_SYSCALL_LISTEN) value(A4T_SYSCALL_SELECT) value(A4T_SYSCALL_PSELECT6) \
	value(A4T_SYSCALL_POLL) value(A4T_SYSCALL_PPOLL) value(A4T_SYSCALL_EPOLL_WAIT) \
	value(A4T_SYSCALL_EPOLL_PWAIT) value(A4T_SYSCALL_EPOLL_PWAIT2)

#define A4T_VALUES_a4t_via(value) \
	value(A4T_VIA_SYSCALL) value(A4T_VIA_IO_URING) value(A4T_VIA_COMPAT) \
	value(A4T_VIA_SOCKETCALL) value(A4T_VIA_KERNEL) value(A4T_VIA_UNKNOWN)

#define A4T_VALUES_a4t_event_flag(value) \
	value(A4T_ENTER_UNSEEN) value(A4T_ENTER_LOST) value(A4T_BY_SECCOMP) value(A4T_KILLED) \
	value(A4T_HAS_ADDRLEN_IN) value(A4T_HAS_ADDRLEN_OUT) value(A4T_HAS_USER_ADDR) \
	value(A4T_HAS_LISTENER) value(A4T_LISTENER_PEER) value(A4T_HAS_PEER) value(A4T_PEER_RACY) \
	value(A4T_HAS_PEER_TASK) value(A4T_HAS_WAIT) value(A4T_HAS_QUEUE) value(A4T_HAS_DROPS) \
	value(A4T_REUSEPORT) value(A4T_PASSCRED) value(A4T_EXIT_LOST) value(A4T_HAS_SOMAXCONN) \
	value(A4T_HAS_HALF_OPEN) value(A4T_HAS_SYNACKS) value(A4T_HAS_RECEIVED) \
	value(A4T_DEFERS)

#define A4T_VALUES_a4t_loss(value) \
	value(A4T_LOST_RING_FULL) value(A4T_LOST_INFLIGHT_FULL) value(A4T_LOST_TARGETS_FULL) \
	value(A4T_LOST_RECURSION) value(A4T_LOST_FORKS) value(A4T_LOST_HALVES) \
	value(A4T_LOST_REFUSALS) value(A4T_LOST_CLOSINGS) value(A4T_LOST_TURNED_AWAY)

/* Numbers that are not fields, and offsets of union members, whose bytes A4T_ALL_FIELDS would count twice. */
#define A4T_NUMBERS_accept_event(number) \
	number(ARGUMENTS, offsetof(struct accept_event, arguments)) \
	number(ARGUMENT_COUNT, A4T_ARGUMENTS) \
	number(CLOSING, offsetof(struct accept_event, closing)) \
	number(VSOCK_CID, offsetof(struct a4t_endpoint, vsock_cid)) \
	number(VSOCK_PORT, offsetof(struct a4t_endpoint, vsock_port)) \
	number(FIRST_RELATED, A4T_FIRST_RELATED)

#define A4T_FIELDS_a4t_endpoint(field, s) \
	field(s, addr) field(s, scope_id) field(s, port) field(s, name_len)

#define A4T_FIELDS_a4t_socket(field, s) \
	field(s, inode) field(s, family) field(s, type) field(s, protocol) field(s, state) \
	field(s, pad) field(s, local)

#define A4T_FIELDS_a4t_closing(field, s) \
	field(s, reset) field(s, migrated) field(s, half_open) field(s, by_exit) field(s, left) \
	field(s, pad)

#define A4T_FIELDS_accept_event(field, s) \
	field(s, size) field(s, type) field(s, flags) field(s, enter_ns) field(s, exit_ns) \
	field(s, ret) field(s, addr_ptr) field(s, addrlen_ptr) field(s, fd) field(s, sock_flags) \
	field(s, tgid) field(s, tid) field(s, uid) field(s, addrlen_in) field(s, addrlen_out) \
	field(s, user_addr_len) field(s, queue_len) field(s, queue_max) field(s, drops) \
	field(s, netns) field(s, syscall) field(s, via) field(s, ready) field(s, somaxconn) \
	field(s, half_open) field(s, synacks) field(s, rtt_us) field(s, received) field(s, accept_cpu) \
	field(s, receive_cpu) field(s, cgroup) field(s, accepted_ns) field(s, wait_ns) \
	field(s, peer_inode) field(s, peer_pid) \
	field(s, peer_uid) field(s, peer_comm) field(s, thread_comm) field(s, process_comm) \
	field(s, protocol) field(s, listener) field(s, accepted) field(s, peer) field(s, user_addr)

#define A4T_FIELDS_accept_event_long(field, s) \
	field(s, head) field(s, user_addr_more) field(s, local_name) field(s, peer_name)

#define A4T_FIELDS_a4t_user_stack(field, s) \
	field(s, len) field(s, pad) field(s, registers) field(s, memory)

#define A4T_FIELDS_accept_event_with_stack(field, s) \
	field(s, call) field(s, stack)
/* clang-format on */

A4T_ALL_VALUES(a4t_event_type);
A4T_ALL_VALUES(a4t_syscall);
A4T_ALL_VALUES(a4t_via);
A4T_ALL_VALUES(a4t_event_flag);
A4T_ALL_VALUES(a4t_loss);
A4T_ALL_FIELDS(a4t_endpoint);
A4T_ALL_FIELDS(a4t_socket);
A4T_ALL_FIELDS(a4t_closing);
A4T_ALL_FIELDS(accept_event);
A4T_ALL_FIELDS(accept_event_long);
A4T_ALL_FIELDS(a4t_user_stack);
A4T_ALL_FIELDS(accept_event_with_stack);
_Static_assert(sizeof(struct accept_event) % 8 == 0 && sizeof(struct accept_event_long) % 8 == 0,
	       "records must keep each other aligned");

/* Why the programs walk over all tasks. */
enum a4t_walk {
	WALK_ANNOUNCE, /* insert threads of new targets into `calls` if they are in a call */
	WALK_MARK,     /* mark calls that run according to `calls`, but whose thread is in no call */
	WALK_REPORT,   /* report marked calls that are still unchanged, i.e. whose exit was skipped */
};

/*
 * Calls that another program has noticed although the kernel skipped one of their programs. Includes calls
 * that do not match the filter. events/losses.c subtracts these numbers from the kernel's number of skipped
 * runs. As in enum a4t_loss, both twins must have been skipped, except for A4T_FOUND_BY_TWIN. In the map
 * `losses`, these counters follow those of enum a4t_loss.
 */
enum a4t_found {
	A4T_FOUND_EXIT = A4T_LOSS_KINDS, /* calls whose exit program was skipped */
	A4T_FOUND_CONNECTION,		 /* accepts whose connection hook was skipped */
	A4T_FOUND_BY_TWIN,		 /* exits that the second twin handled, as the first was skipped */
	A4T_COUNTERS,
};

#endif
