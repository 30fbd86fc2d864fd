/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * The record of a refused AF_UNIX connect: the contract between its programs, the native library and the Java
 * reader.
 *
 * There is one record for each connect() that fails with EAGAIN because the accept queue of the listener is
 * full. The records share a ring buffer with the events of accept_event.h. Ids and times are as described
 * there. The first members are at the same offsets as in struct accept_event.
 */
#ifndef UNIX_REFUSAL_RECORD_H
#define UNIX_REFUSAL_RECORD_H

#include "accept_event.h"

enum a4t_unix_refusal_flag {
	A4T_UNIX_REFUSAL_HAS_QUEUE = 1 << 0, /* queue_len and queue_max show the full queue */
};

/*
 * For A4T_EVENT_UNIX_REFUSED. For A4T_EVENT_UNIX_LISTENING, which describes the listener and the process that
 * has called listen(), `error` and the queue are not set.
 */
struct a4t_unix_refusal {
	__u16 size;
	__u16 type;  /* enum a4t_event_type */
	__u16 error; /* the errno of connect() */
	__u16 flags; /* enum a4t_unix_refusal_flag */
	__u32 queue_len;
	__u32 queue_max;
	__u64 time_ns;
	/*
	 * If the inode is 0, the hooks do not show the listener. Then `name` is the address that the client
	 * has passed to connect(), and the type is that of the client's socket.
	 */
	struct a4t_socket listener;
	/* Inode of the listener's network namespace, or of the client's if the listener is unknown. */
	__u32 netns;
	__u32 mntns;		 /* inode of the mount namespace of the process `pid`; 0 = unknown */
	__u32 pid;		 /* the process that called connect() or listen() */
	__u32 uid;		 /* its effective user id, in the initial user namespace */
	char comm[A4T_COMM_LEN]; /* name of its thread group leader */
	__u8 name[A4T_UNIX_NAME];
	__u32 pad;
};

/* The part of the layout table for this header. */
/* clang-format off */
#define A4T_VALUES_a4t_unix_refusal_flag(value) \
	value(A4T_UNIX_REFUSAL_HAS_QUEUE)

#define A4T_FIELDS_a4t_unix_refusal(field, s) \
	field(s, size) field(s, type) field(s, error) field(s, flags) field(s, queue_len) \
	field(s, queue_max) field(s, time_ns) field(s, listener) field(s, netns) field(s, mntns) \
	field(s, pid) field(s, uid) field(s, comm) field(s, name) field(s, pad)
/* clang-format on */

A4T_ALL_VALUES(a4t_unix_refusal_flag);
A4T_ALL_FIELDS(a4t_unix_refusal);
_Static_assert(__builtin_offsetof(struct a4t_unix_refusal, time_ns) ==
		       __builtin_offsetof(struct accept_event, exit_ns),
	       "the library reads the time of every record at the same offset");

#endif
