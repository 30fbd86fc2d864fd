/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * The event record: the one contract between the BPF programs, the native
 * library and the Java reader.
 *
 * Every field has a fixed width and padding is explicit. The layout table at
 * the end (see layout.h) lists each field; the build makes the Java class
 * EventLayout from it.
 *
 * A record has one of three sizes, given by its field `size`: struct
 * accept_event; struct accept_event_long if it carries an AF_UNIX name or more
 * than A4T_SHORT_ADDR bytes of user address; struct accept_event_with_stack if
 * stacks are recorded.
 *
 * Terminology is the kernel's: tgid is what users call a process id, tid a
 * thread's. Ids are those of the initial pid and user namespaces. Times are
 * nanoseconds of the reader's CLOCK_MONOTONIC: bpf_ktime_get_ns() plus the
 * offset of the reader's time namespace.
 */
#ifndef ACCEPT_EVENT_H
#define ACCEPT_EVENT_H

#include <linux/types.h>
#include "layout.h"

#define A4T_COMM_LEN	 16  /* TASK_COMM_LEN */
#define A4T_PROTOCOL_LEN 16  /* enough of struct proto's name: "UNIX-STREAM" */
#define A4T_SHORT_ADDR	 32  /* user address bytes in a short record; >= sizeof(sockaddr_in6) */
#define A4T_USER_ADDR	 128 /* sizeof(struct sockaddr_storage) */
#define A4T_UNIX_NAME	 108 /* UNIX_PATH_MAX */

enum a4t_event_type {
	A4T_EVENT_ACCEPT4 = 1, /* one completed accept4 call */
	A4T_EVENT_EXIT = 2,    /* a process has ended: only ids, names, exit_ns and ret, its wait(2) status */
	A4T_EVENT_RELATED = 3, /* one completed call of another kind that was about a listener */
};

enum a4t_syscall {
	A4T_SYSCALL_ACCEPT4,
	A4T_SYSCALL_ACCEPT,
	/* From here on those of A4T_EVENT_RELATED. */
	A4T_SYSCALL_BIND,
	A4T_SYSCALL_LISTEN,
	/* From here on those that wait, for many files at once. */
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

/* How a connection was accepted. All but the first are seen by the kprobes alone, and known only by their
 * sockets. */
enum a4t_via {
	A4T_VIA_SYSCALL,
	A4T_VIA_IO_URING,
	A4T_VIA_COMPAT,	    /* a 32-bit program's accept4 or accept, x32 included */
	A4T_VIA_SOCKETCALL, /* a 32-bit program's socketcall */
	A4T_VIA_KERNEL,	    /* a server inside the kernel */
	A4T_VIA_UNKNOWN,    /* none of these for sure */
};

enum a4t_event_flag {
	A4T_ENTER_UNSEEN = 1 << 0, /* the call began before tracing did: enter_ns is the start of tracing */
	A4T_ENTER_LOST = 1 << 1,   /* its entry was missed: enter_ns is exit_ns */
	A4T_BY_SECCOMP = 1 << 2,   /* it never began: seccomp gave the result; enter_ns is exit_ns */
	A4T_KILLED = 1 << 3, /* no `ret`: the thread was killed in the call, or seccomp sent it a SIGSYS */
	A4T_HAS_ADDRLEN_IN = 1 << 4,  /* addrlen_in was readable on entry */
	A4T_HAS_ADDRLEN_OUT = 1 << 5, /* addrlen_out was readable on exit */
	A4T_HAS_USER_ADDR = 1 << 6,   /* user_addr_len bytes of the caller's buffer were readable on exit */
	A4T_HAS_LISTENER = 1 << 7,    /* listener is filled in; without it listener.inode is a file's, or 0 */
	A4T_LISTENER_PEER = 1 << 8,   /* the socket does not listen: peer and peer_inode are its other end */
	A4T_HAS_PEER = 1 << 9,	      /* accepted, peer and peer_inode are filled in */
	A4T_PEER_RACY = 1 << 10,      /* looked up by fd after the call: another thread may have closed it */
	A4T_HAS_PEER_TASK = 1 << 11,  /* peer_pid and peer_uid are filled in; peer_comm unless it has ended */
	A4T_HAS_WAIT = 1 << 12,	      /* wait_ns is known */
	A4T_HAS_QUEUE = 1 << 13,      /* queue_len and queue_max are known */
	A4T_HAS_DROPS = 1 << 14,      /* drops is known */
	A4T_REUSEPORT = 1 << 15,      /* the listener has SO_REUSEPORT */
	A4T_PASSCRED = 1 << 16,	      /* the listener has SO_PASSCRED */
	A4T_EXIT_LOST = 1 << 17,      /* no `ret`: its exit was missed; exit_ns is when that was found out */
};

/* One end of a connection. Only one of addr+port and name is in use, by family. */
struct a4t_endpoint {
	union {
		__u8 addr[16]; /* AF_INET: the first 4 bytes; AF_INET6: all; network order */
		struct {
			__u32 vsock_cid; /* AF_VSOCK; host order */
			__u32 vsock_port;
		};
	};
	__u32 scope_id; /* AF_INET6 link-local: interface index, else 0 */
	__u16 port;	/* host order */
	/*
	 * AF_UNIX: bytes of its name, 0 = unnamed; abstract names begin with a NUL byte. A path's last byte
	 * is NUL, which a path of A4T_UNIX_NAME bytes has beyond what the record holds.
	 */
	__u16 name_len;
};

/* One socket of the server and its own end. */
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

struct accept_event {
	__u16 size;  /* bytes of this record */
	__u16 type;  /* enum a4t_event_type */
	__u32 flags; /* enum a4t_event_flag */
	__u64 enter_ns;
	__u64 exit_ns;
	__s64 ret;	   /* new fd, or a negative errno, as sys_exit saw it (-512.. are restarts) */
	__u64 addr_ptr;	   /* second argument */
	__u64 addrlen_ptr; /* third argument */
	__s32 fd;	   /* first argument; of calls that wait the first listener that they found ready */
	__u32 sock_flags;  /* fourth argument */
	__u32 tgid;
	__u32 tid;
	__u32 uid;
	__s32 addrlen_in;		/* *addrlen on entry */
	__s32 addrlen_out;		/* *addrlen on exit, successful calls only */
	__u32 user_addr_len;		/* bytes in user_addr: the least of both lengths and A4T_USER_ADDR */
	__u32 queue_len;		/* connections still waiting on the listener after this accept */
	__u32 queue_max;		/* its limit */
	__u32 drops;			/* connections the listener has refused so far (sk_drops), wrapping */
	__u32 netns;			/* inode of the listener's network namespace */
	__u16 syscall;			/* enum a4t_syscall */
	__u16 via;			/* enum a4t_via; but for the first, arguments and ret are unknown */
	__u32 ready;			/* listeners that a call which waits found ready */
	__u64 cgroup;			/* id of the caller's cgroup in the unified hierarchy */
	__u64 accepted_ns;		/* when the connection was taken off the queue, or looked up */
	__u64 wait_ns;			/* end of the handshake to the accept; AF_UNIX: from connect */
	__u64 peer_inode;		/* AF_UNIX: the client's socket, 0 = unknown */
	__u32 peer_pid;			/* AF_UNIX: the process that connected, as of then */
	__u32 peer_uid;			/* its effective user id */
	char peer_comm[A4T_COMM_LEN];	/* its present name, empty when it has ended */
	char thread_comm[A4T_COMM_LEN]; /* NUL-terminated, any other byte possible */
	char process_comm[A4T_COMM_LEN]; /* the same of the thread group's leader */
	char protocol[A4T_PROTOCOL_LEN]; /* the kernel's name of the listener's, but for IP; else empty */
	struct a4t_socket listener;
	union {
		struct {
			struct a4t_socket accepted;
			struct a4t_endpoint peer;
		};
		__u64 arguments[A4T_ARGUMENTS]; /* A4T_EVENT_RELATED: all of the call */
	};
	__u8 user_addr[A4T_SHORT_ADDR]; /* of bind: its address */
};

struct accept_event_long {
	struct accept_event head;
	__u8 user_addr_more[A4T_USER_ADDR - A4T_SHORT_ADDR]; /* continues head.user_addr */
	__u8 local_name[A4T_UNIX_NAME]; /* of the listener; an accepted AF_UNIX socket shares it */
	__u8 peer_name[A4T_UNIX_NAME];
};

/*
 * How long a reader that was woken, or has found something, goes on to look for events
 * by itself. The programs wake it for none of them.
 */
#define A4T_AWAKE_NS 6000000

#define A4T_REGISTERS	34	    /* room for the struct pt_regs of any processor, in words */
#define A4T_STACK_BYTES (24 * 1024) /* of the stack: libuv alone has 12 KiB in one function */

/* The caller's user stack, as it is while the thread is in the kernel: enough to unwind it. */
struct a4t_user_stack {
	__u32 len; /* bytes of memory; 0 = nothing is known, registers neither */
	__u32 pad;
	__u64 registers[A4T_REGISTERS]; /* struct pt_regs */
	__u8 memory[A4T_STACK_BYTES];	/* from the stack pointer upwards */
};

struct accept_event_with_stack {
	struct accept_event_long call;
	struct a4t_user_stack stack;
};

/* Why an event did not reach the ring, or lacks what its entry would have recorded. */
enum a4t_loss {
	A4T_LOST_RING_FULL,	/* events: the reader was too slow */
	A4T_LOST_INFLIGHT_FULL, /* calls whose entry found no room in `calls`; their exit is still reported */
	A4T_LOST_TARGETS_FULL,	/* children that are not followed */
	A4T_LOST_RECURSION, /* at most so many calls, as the kernel skipped the programs at both their ends */
	A4T_LOST_FORKS,	    /* at most so many children that are not followed for the same reason */
	A4T_LOST_HALVES,    /* calls that lack their entry or their exit for the same reason */
};
#define A4T_LOSS_KINDS A4T_COUNT_OF(a4t_loss)

/* The part of the layout table for this header. */
/* clang-format off */
#define A4T_VALUES_a4t_event_type(value) \
	value(A4T_EVENT_ACCEPT4) value(A4T_EVENT_EXIT) value(A4T_EVENT_RELATED)

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
	value(A4T_REUSEPORT) value(A4T_PASSCRED) value(A4T_EXIT_LOST)

#define A4T_VALUES_a4t_loss(value) \
	value(A4T_LOST_RING_FULL) value(A4T_LOST_INFLIGHT_FULL) value(A4T_LOST_TARGETS_FULL) \
	value(A4T_LOST_RECURSION) value(A4T_LOST_FORKS) value(A4T_LOST_HALVES)

#define A4T_FIELDS_a4t_endpoint(field, s) \
	field(s, addr) field(s, scope_id) field(s, port) field(s, name_len)

#define A4T_FIELDS_a4t_socket(field, s) \
	field(s, inode) field(s, family) field(s, type) field(s, protocol) field(s, state) \
	field(s, pad) field(s, local)

#define A4T_FIELDS_accept_event(field, s) \
	field(s, size) field(s, type) field(s, flags) field(s, enter_ns) field(s, exit_ns) \
	field(s, ret) field(s, addr_ptr) field(s, addrlen_ptr) field(s, fd) field(s, sock_flags) \
	field(s, tgid) field(s, tid) field(s, uid) field(s, addrlen_in) field(s, addrlen_out) \
	field(s, user_addr_len) field(s, queue_len) field(s, queue_max) field(s, drops) \
	field(s, netns) field(s, syscall) field(s, via) field(s, ready) field(s, cgroup) \
	field(s, accepted_ns) field(s, wait_ns) field(s, peer_inode) field(s, peer_pid) \
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
A4T_ALL_FIELDS(accept_event);
A4T_ALL_FIELDS(accept_event_long);
A4T_ALL_FIELDS(a4t_user_stack);
A4T_ALL_FIELDS(accept_event_with_stack);
_Static_assert(sizeof(struct accept_event) % 8 == 0 && sizeof(struct accept_event_long) % 8 == 0,
	       "records must keep each other aligned");

/* Why the programs walk over all tasks. */
enum a4t_walk {
	WALK_ANNOUNCE, /* enter into `calls` the threads of new targets that are in a call */
	WALK_MARK,     /* mark the calls that are running by `calls` alone: their exits were skipped */
	WALK_REPORT,   /* send those that were marked before and have not been seen since */
};

/* What was found out about skipped runs, counted behind the losses: these calls have their event. */
enum a4t_found {
	A4T_FOUND_ENTRY = A4T_LOSS_KINDS, /* exits of calls whose entry was skipped */
	A4T_FOUND_EXIT,			  /* calls whose exit was skipped */
	A4T_FOUND_CONNECTION,		  /* accepted connections that the hook was skipped for */
	A4T_COUNTERS,
};

#endif
