/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * The event record: the one contract between the BPF programs, the native
 * library and the Java reader.
 *
 * Every field has a fixed width, padding is explicit, and the offsets are
 * asserted below. native/layout.c exports the same table to the Java test that
 * compares its own offsets with it. Whoever changes a field raises
 * A4T_ABI_VERSION.
 *
 * A record comes in three sizes: struct accept_event alone, or, when an AF_UNIX
 * name or more than A4T_SHORT_ADDR bytes of user address have to be carried,
 * struct accept_event_long; where stacks are wanted, struct
 * accept_event_with_stack. The field `size` tells which.
 *
 * Terminology is the kernel's: tgid is what users call a process id, tid a
 * thread's. Ids are those of the initial pid and user namespaces. Times are
 * nanoseconds of the reader's CLOCK_MONOTONIC: bpf_ktime_get_ns(), but for the
 * offset of the time namespace that the reader may be in.
 */
#ifndef ACCEPT_EVENT_H
#define ACCEPT_EVENT_H

#include <linux/types.h>

#define A4T_ABI_VERSION 7

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
	A4T_SYSCALLS,
};
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
	A4T_ADDRLEN_IN = 1 << 4,     /* addrlen_in was readable on entry */
	A4T_ADDRLEN_OUT = 1 << 5,    /* addrlen_out was readable on exit */
	A4T_HAS_USER_ADDR = 1 << 6,  /* user_addr_len bytes of the caller's buffer were readable on exit */
	A4T_HAS_LISTENER = 1 << 7,   /* listener is filled in; without it listener.inode is a file's, or 0 */
	A4T_LISTENER_PEER = 1 << 8,  /* the socket does not listen: peer and peer_inode are its other end */
	A4T_HAS_PEER = 1 << 9,	     /* accepted, peer and peer_inode are filled in */
	A4T_PEER_RACY = 1 << 10,     /* looked up by fd after the call: another thread may have closed it */
	A4T_HAS_PEER_TASK = 1 << 11, /* peer_pid and peer_uid are filled in; peer_comm unless it has ended */
	A4T_HAS_WAIT = 1 << 12,	     /* wait_ns is known */
	A4T_HAS_QUEUE = 1 << 13,     /* queue_len and queue_max are known */
	A4T_HAS_DROPS = 1 << 14,     /* drops is known */
	A4T_REUSEPORT = 1 << 15,     /* the listener has SO_REUSEPORT */
	A4T_PASSCRED = 1 << 16,	     /* the listener has SO_PASSCRED */
	A4T_EXIT_LOST = 1 << 17,     /* no `ret`: its exit was missed; exit_ns is when that was found out */
};

/* One end of a connection. Only one of addr+port and name is in use, by family. */
struct a4t_endpoint {
	/*
	 * AF_INET: the first 4 bytes; AF_INET6: all; network order.
	 * AF_VSOCK: context id and port, two 32-bit numbers in host order.
	 */
	__u8 addr[16];
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
	A4T_LOSS_KINDS,
};

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

/*
 * field(name, size in bytes, offset). The table behind both the assertions here
 * and native/layout.c.
 */
/* clang-format off */
#define A4T_EVENT_FIELDS(field) \
	field(head.size, 2, 0) \
	field(head.type, 2, 2) \
	field(head.flags, 4, 4) \
	field(head.enter_ns, 8, 8) \
	field(head.exit_ns, 8, 16) \
	field(head.ret, 8, 24) \
	field(head.addr_ptr, 8, 32) \
	field(head.addrlen_ptr, 8, 40) \
	field(head.fd, 4, 48) \
	field(head.sock_flags, 4, 52) \
	field(head.tgid, 4, 56) \
	field(head.tid, 4, 60) \
	field(head.uid, 4, 64) \
	field(head.addrlen_in, 4, 68) \
	field(head.addrlen_out, 4, 72) \
	field(head.user_addr_len, 4, 76) \
	field(head.queue_len, 4, 80) \
	field(head.queue_max, 4, 84) \
	field(head.drops, 4, 88) \
	field(head.netns, 4, 92) \
	field(head.syscall, 2, 96) \
	field(head.via, 2, 98) \
	field(head.ready, 4, 100) \
	field(head.cgroup, 8, 104) \
	field(head.accepted_ns, 8, 112) \
	field(head.wait_ns, 8, 120) \
	field(head.peer_inode, 8, 128) \
	field(head.peer_pid, 4, 136) \
	field(head.peer_uid, 4, 140) \
	field(head.peer_comm, 16, 144) \
	field(head.thread_comm, 16, 160) \
	field(head.process_comm, 16, 176) \
	field(head.protocol, 16, 192) \
	field(head.listener.inode, 8, 208) \
	field(head.listener.family, 2, 216) \
	field(head.listener.type, 2, 218) \
	field(head.listener.protocol, 2, 220) \
	field(head.listener.state, 1, 222) \
	field(head.listener.local.addr, 16, 224) \
	field(head.listener.local.scope_id, 4, 240) \
	field(head.listener.local.port, 2, 244) \
	field(head.listener.local.name_len, 2, 246) \
	field(head.accepted.inode, 8, 248) \
	field(head.accepted.family, 2, 256) \
	field(head.accepted.type, 2, 258) \
	field(head.accepted.protocol, 2, 260) \
	field(head.accepted.state, 1, 262) \
	field(head.accepted.local.addr, 16, 264) \
	field(head.accepted.local.scope_id, 4, 280) \
	field(head.accepted.local.port, 2, 284) \
	field(head.accepted.local.name_len, 2, 286) \
	field(head.peer.addr, 16, 288) \
	field(head.peer.scope_id, 4, 304) \
	field(head.peer.port, 2, 308) \
	field(head.peer.name_len, 2, 310) \
	field(head.arguments, 48, 248) \
	field(head.user_addr, 32, 312) \
	field(user_addr_more, 96, 344) \
	field(local_name, 108, 440) \
	field(peer_name, 108, 548)

/* Of struct accept_event_with_stack, behind the same. */
#define A4T_STACK_FIELDS(field) \
	field(stack.len, 4, 656) \
	field(stack.registers, 272, 664) \
	field(stack.memory, 24576, 936)
/* clang-format on */

#define A4T_ASSERT_FIELD_OF(type, name, bytes, offset)                                                  \
	_Static_assert(__builtin_offsetof(struct type, name) == (offset), #name " is not at " #offset); \
	_Static_assert(sizeof(((struct type *)0)->name) == (bytes), #name " is not " #bytes " bytes");
#define A4T_ASSERT_FIELD(name, bytes, offset) A4T_ASSERT_FIELD_OF(accept_event_long, name, bytes, offset)
#define A4T_ASSERT_STACK_FIELD(name, bytes, offset) \
	A4T_ASSERT_FIELD_OF(accept_event_with_stack, name, bytes, offset)
A4T_EVENT_FIELDS(A4T_ASSERT_FIELD)
A4T_STACK_FIELDS(A4T_ASSERT_STACK_FIELD)
_Static_assert(sizeof(struct accept_event) == 344, "short record");
_Static_assert(sizeof(struct accept_event_long) == 656, "long record");
_Static_assert(sizeof(struct accept_event_with_stack) == 25512, "record with a stack");
_Static_assert(sizeof(struct accept_event_long) % 8 == 0, "records must keep each other aligned");

#endif
