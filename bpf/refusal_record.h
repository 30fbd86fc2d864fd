/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * The record of a refused packet: the contract between its programs, the native library and the Java reader.
 *
 * There is one record for each packet of a TCP client that a listener drops because its accept queue is full.
 * The records share a ring buffer with the events of accept_event.h. Ids and times are as described there.
 * The first members are at the same offsets as in struct accept_event.
 */
#ifndef REFUSAL_RECORD_H
#define REFUSAL_RECORD_H

#include "accept_event.h"
#include "unix_refusal_record.h"

enum a4t_refused_at {
	A4T_REFUSED_SYN, /* the first packet of the handshake */
	A4T_REFUSED_ACK, /* the last packet of the handshake, so the client believes that it is connected */
};

enum a4t_refusal_flag {
	A4T_REFUSAL_HAS_QUEUE = 1 << 0, /* queue_len and queue_max show a full queue */
};

/* For A4T_EVENT_REFUSED. For A4T_EVENT_LISTENING, only `listener` and the times are set. */
struct a4t_refusal {
	__u16 size;
	__u16 type;  /* enum a4t_event_type */
	__u16 at;    /* enum a4t_refused_at */
	__u16 flags; /* enum a4t_refusal_flag */
	__u32 queue_len;
	__u32 queue_max;
	__u64 time_ns;
	struct a4t_socket listener; /* for MPTCP, the MPTCP socket, not its first subflow */
	struct a4t_endpoint local;  /* where the client connects to, in the family of the listener */
	struct a4t_endpoint peer;
	__u32 netns;	  /* inode of the listener's network namespace */
	__u32 client_isn; /* the client's initial sequence number: see RefusedAttempts.java */
};

/* The part of the layout table for this header. */
/* clang-format off */
#define A4T_VALUES_a4t_refused_at(value) \
	value(A4T_REFUSED_SYN) value(A4T_REFUSED_ACK)

#define A4T_VALUES_a4t_refusal_flag(value) \
	value(A4T_REFUSAL_HAS_QUEUE)

#define A4T_FIELDS_a4t_refusal(field, s) \
	field(s, size) field(s, type) field(s, at) field(s, flags) field(s, queue_len) field(s, queue_max) \
	field(s, time_ns) field(s, listener) field(s, local) field(s, peer) field(s, netns) field(s, client_isn)
/* clang-format on */

A4T_ALL_VALUES(a4t_refused_at);
A4T_ALL_VALUES(a4t_refusal_flag);
A4T_ALL_FIELDS(a4t_refusal);
_Static_assert(__builtin_offsetof(struct a4t_refusal, time_ns) ==
		       __builtin_offsetof(struct accept_event, exit_ns),
	       "the library reads the time of every record at the same offset");

#endif
