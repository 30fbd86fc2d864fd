/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Which calls are wanted. Filled in by the Java side, handed through by the
 * native library, and fixed in the programs before they are loaded: the verifier
 * drops the code of filters that are off. native/layout.c exports the table
 * below to the Java test that compares its own offsets with it.
 */
#ifndef FILTER_H
#define FILTER_H

#include <linux/types.h>

#define A4T_FILTER_PORTS 16 /* most ports, and most networks of either kind */
#define A4T_FILTER_COMM	 16

enum a4t_filter_bit {
	A4T_FILTER_FD = 1 << 0,
	A4T_FILTER_UID = 1 << 1,
	A4T_FILTER_COMM_IS = 1 << 2,
	A4T_FILTER_CGROUP = 1 << 3, /* the caller is in a4t_config.cgroup_fd or below */
	A4T_FILTER_NETNS = 1 << 4,
	A4T_FILTER_FAMILY = 1 << 5,
	A4T_FILTER_STATUS = 1 << 6,
};

/* Bits of `calls`. 32-bit programs' calls go with those of the same name. */
enum a4t_call {
	A4T_CALL_ACCEPT4 = 1 << 0,
	A4T_CALL_ACCEPT = 1 << 1,
	A4T_CALL_IO_URING = 1 << 2,
	A4T_CALL_BIND = 1 << 3,
	A4T_CALL_LISTEN = 1 << 4,
	A4T_CALL_POLL =
		1 << 5, /* all that wait for many files at once, when they end with a listener ready */
};
#define A4T_RELATED_CALLS (A4T_CALL_BIND | A4T_CALL_LISTEN | A4T_CALL_POLL)

/* Bits of `status`. */
enum a4t_status {
	A4T_STATUS_SUCCESSFUL = 1 << 0,
	A4T_STATUS_FAILED = 1 << 1,
	A4T_STATUS_UNFINISHED = 1 << 2, /* the thread was killed in the call */
};

/*
 * Addresses that are `addr` under `mask`, both in network order. IPv4 stands
 * mapped into IPv6: ::ffff:a.b.c.d.
 */
struct a4t_network {
	__u64 addr[2];
	__u64 mask[2];
	__u32 port; /* of listeners only, 0 = any; host order */
	__u32 pad;
};

struct a4t_filter {
	__u32 set; /* enum a4t_filter_bit */
	__s32 fd;
	__u32 uid;    /* of the caller, in the initial user namespace */
	__u32 netns;  /* inode of the listener's network namespace */
	__u32 family; /* of the listener */
	__u32 status; /* enum a4t_status */
	__u32 calls;  /* enum a4t_call */
	__u32 pad;
	__u64 min_duration_ns;
	__u64 min_wait_ns;
	char comm[A4T_FILTER_COMM]; /* of the thread or of its process; padded with zeros */
	__u32 port_count;	    /* 0 = any */
	__u32 listener_count;	    /* 0 = any */
	__u32 peer_count;	    /* 0 = any */
	__u32 any; /* not 0: some filter is on, or not accept4 alone is wanted; set by the library */
	__u32 ports[A4T_FILTER_PORTS]; /* that the listener is bound to, host order */
	struct a4t_network listeners[A4T_FILTER_PORTS];
	struct a4t_network peers[A4T_FILTER_PORTS];
};

/* clang-format off */
#define A4T_FILTER_FIELDS(field) \
	field(set, 4, 0) \
	field(fd, 4, 4) \
	field(uid, 4, 8) \
	field(netns, 4, 12) \
	field(family, 4, 16) \
	field(status, 4, 20) \
	field(calls, 4, 24) \
	field(min_duration_ns, 8, 32) \
	field(min_wait_ns, 8, 40) \
	field(comm, 16, 48) \
	field(port_count, 4, 64) \
	field(listener_count, 4, 68) \
	field(peer_count, 4, 72) \
	field(any, 4, 76) \
	field(ports, 64, 80) \
	field(listeners, 640, 144) \
	field(peers, 640, 784)
/* clang-format on */

#define A4T_ASSERT_FILTER(name, bytes, offset)                                  \
	_Static_assert(__builtin_offsetof(struct a4t_filter, name) == (offset), \
		       #name " is not at " #offset);                            \
	_Static_assert(sizeof(((struct a4t_filter *)0)->name) == (bytes), #name " is not " #bytes " bytes");
A4T_FILTER_FIELDS(A4T_ASSERT_FILTER)
_Static_assert(sizeof(struct a4t_filter) == 1424, "filter");

#endif
