/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Which calls to report. Java fills in struct a4t_filter. The native library copies it into the read-only
 * data of the programs before loading them, so the verifier drops the code of filters that are off.
 */
#ifndef FILTER_H
#define FILTER_H

#include <linux/types.h>
#include "layout.h"

#define A4T_FILTER_PORTS 16 /* capacity of `fds`, `comms`, `ports`, `listeners`, `names` and `peers` */
#define A4T_FILTER_COMM	 16
#define A4T_FILTER_NAME	 108 /* UNIX_PATH_MAX */

enum a4t_filter_bit {
	A4T_FILTER_UID = 1 << 0,
	A4T_FILTER_CGROUP = 1 << 1, /* the caller is in a4t_config.cgroup or below it */
	A4T_FILTER_NETNS = 1 << 2,
	A4T_FILTER_FAMILY = 1 << 3,
	A4T_FILTER_STATUS = 1 << 4,
};

/* Bits of `calls`. A 32-bit program's call has the bit of the native call of the same name. */
enum a4t_call {
	A4T_CALL_ACCEPT4 = 1 << 0,
	A4T_CALL_ACCEPT = 1 << 1,
	A4T_CALL_IO_URING = 1 << 2,
	A4T_CALL_BIND = 1 << 3,
	A4T_CALL_LISTEN = 1 << 4,
	A4T_CALL_POLL = 1 << 5,	   /* select, poll and epoll_wait variants that return a ready listener */
	A4T_CALL_REFUSED = 1 << 6, /* refusals: see refusal_record.h, unix_refusal_record.h; not a call */
	A4T_CALL_CLOSED = 1 << 7,  /* closed listeners, and clients that give up; not a call */
};
#define A4T_DEFAULT_CALLS (A4T_CALL_ACCEPT4 | A4T_CALL_ACCEPT)
#define A4T_RELATED_CALLS (A4T_CALL_BIND | A4T_CALL_LISTEN | A4T_CALL_POLL)

/* Bits of `status`. */
enum a4t_status {
	A4T_STATUS_SUCCESSFUL = 1 << 0,
	A4T_STATUS_FAILED = 1 << 1,
	A4T_STATUS_UNFINISHED = 1 << 2, /* the thread was killed in the call, or its exit was missed */
};

/*
 * The addresses that equal `addr` under `mask`, both in network order. IPv4 addresses are IPv4-mapped:
 * ::ffff:a.b.c.d.
 */
struct a4t_network {
	__u64 addr[2];
	__u64 mask[2];
	__u32 port; /* for listeners only; 0 = any; host order */
	__u32 pad;
};

/* Ports from `first` to `last`, both included; host order. */
struct a4t_ports {
	__u16 first;
	__u16 last;
};

/*
 * The name of a thread or its process. The bytes of `mask` are 0xff up to and including the first NUL byte of
 * `name`, then 0.
 */
struct a4t_comm {
	__u8 name[A4T_FILTER_COMM];
	__u8 mask[A4T_FILTER_COMM];
};

/* The name of an AF_UNIX socket. An abstract name begins with a NUL byte. */
struct a4t_unix_name {
	__u8 name[A4T_FILTER_NAME]; /* padded with zeros */
	__u32 pad;
};

struct a4t_filter {
	__u32 set;	  /* enum a4t_filter_bit */
	__u32 fd_count;	  /* 0 = any */
	__u32 uid;	  /* of the caller, in the initial user namespace */
	__u32 netns;	  /* inode of the listener's network namespace */
	__u32 family;	  /* of the listener */
	__u32 status;	  /* enum a4t_status */
	__u32 calls;	  /* enum a4t_call */
	__u32 name_count; /* 0 = any, unless there are listeners */
	__u64 min_duration_ns;
	__u64 min_wait_ns;
	__u32 comm_count;     /* 0 = any */
	__u32 port_count;     /* 0 = any */
	__u32 listener_count; /* 0 = any, unless there are names */
	__u32 peer_count;     /* 0 = any */
	__u32 any; /* whether calls must be checked; 0 if only accept4, or accept4 and accept, are traced,
		      and there is no filter; set by the library */
	__u32 pad;
	__s32 fds[A4T_FILTER_PORTS]; /* first argument of the call */
	struct a4t_comm comms[A4T_FILTER_PORTS];
	struct a4t_ports ports[A4T_FILTER_PORTS]; /* local port of the listener */
	struct a4t_network listeners[A4T_FILTER_PORTS];
	struct a4t_unix_name names[A4T_FILTER_PORTS]; /* local name of the listener */
	struct a4t_network peers[A4T_FILTER_PORTS];
};

/* The part of the layout table for this header. */
/* clang-format off */
#define A4T_VALUES_a4t_filter_bit(value) \
	value(A4T_FILTER_UID) value(A4T_FILTER_CGROUP) value(A4T_FILTER_NETNS) value(A4T_FILTER_FAMILY) \
	value(A4T_FILTER_STATUS)

#define A4T_VALUES_a4t_call(value) \
	value(A4T_CALL_ACCEPT4) value(A4T_CALL_ACCEPT) value(A4T_CALL_IO_URING) value(A4T_CALL_BIND) \
	value(A4T_CALL_LISTEN) value(A4T_CALL_POLL) value(A4T_CALL_REFUSED) value(A4T_CALL_CLOSED)

#define A4T_VALUES_a4t_status(value) \
	value(A4T_STATUS_SUCCESSFUL) value(A4T_STATUS_FAILED) value(A4T_STATUS_UNFINISHED)

#define A4T_NUMBERS_filter(number) \
	number(FILTER_PORTS, A4T_FILTER_PORTS)

#define A4T_FIELDS_a4t_ports(field, s) \
	field(s, first) field(s, last)

#define A4T_FIELDS_a4t_comm(field, s) \
	field(s, name) field(s, mask)

#define A4T_FIELDS_a4t_unix_name(field, s) \
	field(s, name) field(s, pad)

#define A4T_FIELDS_a4t_network(field, s) \
	field(s, addr) field(s, mask) field(s, port) field(s, pad)

#define A4T_FIELDS_a4t_filter(field, s) \
	field(s, set) field(s, fd_count) field(s, uid) field(s, netns) field(s, family) field(s, status) \
	field(s, calls) field(s, name_count) field(s, min_duration_ns) field(s, min_wait_ns) field(s, comm_count) \
	field(s, port_count) field(s, listener_count) field(s, peer_count) field(s, any) field(s, pad) \
	field(s, fds) field(s, comms) field(s, ports) field(s, listeners) field(s, names) field(s, peers)
/* clang-format on */

A4T_ALL_VALUES(a4t_filter_bit);
A4T_ALL_VALUES(a4t_call);
A4T_ALL_VALUES(a4t_status);
A4T_ALL_FIELDS(a4t_network);
A4T_ALL_FIELDS(a4t_ports);
A4T_ALL_FIELDS(a4t_comm);
A4T_ALL_FIELDS(a4t_unix_name);
A4T_ALL_FIELDS(a4t_filter);

#endif
