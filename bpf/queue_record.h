/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * The records of a snapshot of accept queues: the contract between its program, the native library and the
 * Java reader.
 *
 * A snapshot has one record for each file descriptor of a listening socket, so a socket that several
 * processes hold has several records. A record is a struct a4t_queue, followed by a struct a4t_waiting for
 * each of the connections that have waited the longest. The member `shown` is the number of these
 * connections. Ids and times are as in accept_event.h.
 */
#ifndef QUEUE_RECORD_H
#define QUEUE_RECORD_H

#include "accept_event.h"

#define A4T_MAX_SHOWN 64 /* connections in a record; others are only counted */

enum a4t_queue_flag {
	A4T_QUEUE_HAS_LENGTH = 1 << 0,	  /* waiting and limit are known */
	A4T_QUEUE_HAS_DROPS = 1 << 1,	  /* drops is known */
	A4T_QUEUE_REUSEPORT = 1 << 2,	  /* the socket has SO_REUSEPORT */
	A4T_QUEUE_HAS_HALF_OPEN = 1 << 3, /* half_open is known */
	A4T_QUEUE_DEFERS = 1 << 4,	  /* the socket has TCP_DEFER_ACCEPT */
};

/* A connection that nobody has accepted yet. */
struct a4t_waiting {
	struct a4t_endpoint peer; /* of an IP connection */
	__u64 age_ns;		  /* since the end of the handshake; 0 = unknown, as for AF_UNIX */
	__u64 socket; /* distinguishes the connections of a queue: the address of the struct sock or, for
			 AF_UNIX, the inode of the client's socket if it is known */
	__u32 unread; /* bytes received so far */
	__u32 state;  /* TCP_ESTABLISHED, TCP_CLOSE if the client has reset it, ... */
	__u32 pid;    /* AF_UNIX: the process that called connect; 0 = unknown */
	__u32 uid;    /* its effective user id at the connect */
	char comm[A4T_COMM_LEN]; /* its name now, empty if it has ended */
};

struct a4t_queue {
	__u32 shown; /* connections that follow */
	__u32 flags; /* enum a4t_queue_flag */
	struct a4t_socket listener;
	__u64 taken_ns; /* when the record was made */
	__u32 netns;	/* inode of the socket's network namespace */
	__u32 tgid;	/* holder */
	__s32 fd;
	__u32 uid;
	__u32 waiting;		 /* connections in the accept queue */
	__u32 limit;		 /* of the queue (sk_max_ack_backlog) */
	__u32 drops;		 /* connections that the socket has dropped (sk_drops); wraps */
	__u32 half_open;	 /* incomplete handshakes; with A4T_QUEUE_DEFERS also clients without data */
	char comm[A4T_COMM_LEN]; /* name of the holder's thread group leader */
	__u8 local_name[A4T_UNIX_NAME]; /* of an AF_UNIX socket */
	__u32 mntns;			/* inode of the holder's mount namespace; 0 = unknown */
};

/* The part of the layout table for this header. */
/* clang-format off */
#define A4T_VALUES_a4t_queue_flag(value) \
	value(A4T_QUEUE_HAS_LENGTH) value(A4T_QUEUE_HAS_DROPS) value(A4T_QUEUE_REUSEPORT) \
	value(A4T_QUEUE_HAS_HALF_OPEN) value(A4T_QUEUE_DEFERS)

#define A4T_FIELDS_a4t_waiting(field, s) \
	field(s, peer) field(s, age_ns) field(s, socket) field(s, unread) field(s, state) field(s, pid) \
	field(s, uid) field(s, comm)

#define A4T_FIELDS_a4t_queue(field, s) \
	field(s, shown) field(s, flags) field(s, listener) field(s, taken_ns) field(s, netns) \
	field(s, tgid) field(s, fd) field(s, uid) field(s, waiting) field(s, limit) field(s, drops) \
	field(s, half_open) field(s, comm) field(s, local_name) field(s, mntns)
/* clang-format on */

A4T_ALL_VALUES(a4t_queue_flag);
A4T_ALL_FIELDS(a4t_waiting);
A4T_ALL_FIELDS(a4t_queue);

#endif
