/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* An accepted connection: whether it belongs to the listener, and its handshake if it is a TCP connection. */
#ifndef CONNECTION_BPF_H
#define CONNECTION_BPF_H

#include "queue.bpf.h"

/* Whether `accepted` can be a connection of `listener`, i.e. has the same family and type. */
static __always_inline bool is_of_listener(const struct accept_event *event)
{
	return event->accepted.family == event->listener.family &&
	       event->accepted.type == event->listener.type;
}

static __always_inline void forget_accepted(struct accept_event *event)
{
	event->flags &= ~(A4T_HAS_PEER | A4T_HAS_PEER_TASK | A4T_HAS_WAIT);
	__builtin_memset(&event->accepted, 0, sizeof(event->accepted));
	__builtin_memset(&event->peer, 0, sizeof(event->peer));
}

/*
 * A listener accepts the answer to a SYN cookie until two minutes (TCP_SYNCOOKIE_VALID in include/net/tcp.h)
 * after the time stamp that last_cookie() returns. Two more seconds are a margin, e.g. for rounding.
 */
#define COOKIE_VALID_NS 122000000000ULL

/*
 * When the listener last sent a SYN cookie, in jiffies, up to a second too early; 0 = never.
 * tcp_synq_overflow() keeps the time in the SO_REUSEPORT group of the listener if it has one.
 */
static __always_inline __u32 last_cookie(const struct accept_event *event, struct sock *listener)
{
	struct tcp_sock *tcp = AS(tcp_sock, listener);
	struct sock_reuseport *group = NULL;

	if (event->flags & A4T_REUSEPORT)
		group = READ(listener->sk_reuseport_cb);
	return group ? READ(group->synq_overflow_ts) : READ(tcp->rx_opt.ts_recent_stamp);
}

/*
 * Whether the connection may have been made from a SYN cookie, i.e. whether the listener had sent one not
 * long before the end of the handshake. The connection itself does not show this.
 */
static __always_inline bool is_cookie_possible(const struct accept_event *event, struct sock *listener)
{
	__u32 last = last_cookie(event, listener), age;

	if (!last)
		return false;
	age = (__u32)bpf_jiffies64() - last;
	return age * jiffy_ns < event->wait_ns + COOKIE_VALID_NS;
}

/* bytes_received includes a FIN, which takes a sequence number. */
static __always_inline __u32 received_bytes(struct sock *sk, struct tcp_sock *tcp)
{
	__u64 bytes = READ(tcp->bytes_received);
	bool has_fin = READ(sk->__sk_common.skc_flags) & 1UL << SOCK_DONE;

	return bytes && has_fin ? bytes - 1 : bytes;
}

static __always_inline void read_received(struct accept_event *event, struct sock *sk, struct tcp_sock *tcp)
{
	int cpu = READ(sk->__sk_common.skc_incoming_cpu);

	if (cpu < 0)
		return;
	event->received = received_bytes(sk, tcp);
	event->accept_cpu = bpf_get_smp_processor_id();
	event->receive_cpu = cpu;
	event->flags |= A4T_HAS_RECEIVED;
}

/* An accepted TCP connection that is open. */
struct accepted {
	__u64 at_ns;
	__u64 listener; /* inode */
};

/*
 * The key is the TCP socket. turned_away.bpf.h deletes entries when connections are closed. The map is LRU,
 * because the kernel can skip that program.
 */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1); /* resized before loading if it is used */
	__type(key, struct sock *);
	__type(value, struct accepted);
} accepted_sockets SEC(".maps");

static __always_inline void remember_accepted(struct call *call, struct sock *sk)
{
	struct accepted accepted = {
		.at_ns = call->event.head.accepted_ns,
		.listener = call->event.head.listener.inode,
	};

	if (!turned_away_wanted || !accepted.listener)
		return;
	call->connection = sk;
	bpf_map_update_elem(&accepted_sockets, &sk, &accepted, BPF_ANY);
}

/*
 * Called when a call has failed. If the call had already taken a connection from the queue, the kernel closes
 * this connection when the thread leaves the kernel. This must not look as if the server had turned the
 * client away.
 */
static __always_inline void forget_connection(struct call *call)
{
	struct sock *sk = call->connection;

	if (turned_away_wanted && sk)
		bpf_map_delete_elem(&accepted_sockets, &sk);
}

/*
 * `listener` is the socket in whose queue the connection was, or NULL if that is unknown. A connection made
 * from a SYN cookie has no count of SYN-ACKs, and the kernel computes its round-trip time from a time stamp
 * that is a part of the cookie. A connection in TCP_SYN_RECV was opened by TCP Fast Open, and its handshake
 * is not complete. So for either of them, the number of SYN-ACKs and the round-trip time stay unknown.
 */
static __always_inline void read_handshake(struct call *call, struct sock *listener, struct sock *connection)
{
	struct accept_event *event = &call->event.head;
	struct sock *sk = tcp_of(connection, &event->accepted);
	struct tcp_sock *tcp = AS(tcp_sock, sk);

	if (!sk)
		return;
	remember_accepted(call, sk);
	read_received(event, sk, tcp);
	if (!listener || !is_tcp(&event->listener) || event->accepted.state == TCP_SYN_RECV ||
	    is_cookie_possible(event, listener))
		return;
	event->synacks = READ(tcp->total_retrans);
	/*
	 * With TCP_DEFER_ACCEPT, srtt_us is wrong, because it includes the time until the client's first
	 * data.
	 */
	if (!(event->flags & A4T_DEFERS))
		event->rtt_us = READ(tcp->srtt_us) >> 3;
	event->flags |= A4T_HAS_SYNACKS;
}

/* `listener` is from queue_owner(), or NULL. */
static __always_inline void read_queue_and_handshake(struct call *call, struct sock *listener,
						     struct sock *connection)
{
	read_queue(&call->event.head, listener);
	read_handshake(call, listener, connection);
}

#endif
