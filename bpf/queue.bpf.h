/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The accept queue of a listener: its length, its limits and the connections that found it full. */
#ifndef QUEUE_BPF_H
#define QUEUE_BPF_H

#include "sockets.bpf.h"

/*
 * Whether the socket listens, and its family is known to maintain the limit and the length of the queue:
 * sk_max_ack_backlog, and sk_ack_backlog or a substitute.
 */
static __always_inline bool has_queue(const struct a4t_socket *listener)
{
	__u16 family = listener->family;

	return listener->state == TCP_LISTEN && (is_inet(family) || family == AF_UNIX || family == AF_VSOCK ||
						 family == AF_SMC || family == AF_BLUETOOTH);
}

/* The upper limit of a listen() backlog in the network namespace of the listener. */
static __always_inline void read_somaxconn(struct accept_event *event, struct sock *listener)
{
	struct net *net = READ(listener->__sk_common.skc_net.net);

	if (!bpf_core_field_exists(net->core.sysctl_somaxconn))
		return;
	event->somaxconn = READ(net->core.sysctl_somaxconn);
	event->flags |= A4T_HAS_SOMAXCONN;
}

/* `listener` is a TCP socket. */
static __always_inline void read_half_open(struct accept_event *event, struct sock *listener)
{
	struct inet_connection_sock *queued = AS(inet_connection_sock, listener);

	event->half_open = READ(queued->icsk_accept_queue.qlen.counter);
	event->flags |= A4T_HAS_HALF_OPEN;
	if (READ(queued->icsk_accept_queue.rskq_defer_accept))
		event->flags |= A4T_DEFERS;
}

/* The socket that has the queue of the call's listener; NULL if there is none. */
static __always_inline struct sock *queue_owner(const struct call *call)
{
	const struct a4t_socket *known = &call->event.head.listener;
	struct socket *listener = AS(socket, call->listener);
	struct sock *sk = call->listener ? READ(listener->sk) : NULL;

	if (!has_queue(known))
		return NULL;
	return known->protocol == IPPROTO_MPTCP ? tcp_of(sk, known) : sk;
}

/*
 * Reads the queue of `sk`, which is from queue_owner() and may be NULL. AF_UNIX keeps pending connections in
 * the receive queue; its sk_ack_backlog is always 0.
 */
static __always_inline void read_queue(struct accept_event *event, struct sock *sk)
{
	if (!sk)
		return;
	event->queue_len = event->listener.family == AF_UNIX ? READ(sk->sk_receive_queue.qlen)
							     : READ(sk->sk_ack_backlog);
	event->queue_max = READ(sk->sk_max_ack_backlog);
	event->flags |= A4T_HAS_QUEUE;
	read_somaxconn(event, sk);
	/*
	 * Families other than IP do not count drops in sk_drops. AF_UNIX drops nothing, because connect(2)
	 * waits.
	 */
	if (!is_inet(event->listener.family))
		return;
	event->drops = READ(sk->sk_drops.counter);
	event->flags |= A4T_HAS_DROPS;
	if (is_tcp(&event->listener))
		read_half_open(event, sk);
}

#endif
