/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The end of AF_UNIX listeners, and of the connections that wait in their queues. */
#ifndef CLOSED_UNIX_BPF_H
#define CLOSED_UNIX_BPF_H

#include "closings.bpf.h"

/*
 * `sk` is about to be released. A listener without connections causes no later event, so its closing ends
 * here.
 */
static __always_inline void unix_listener_closes(struct sock *sk)
{
	struct closing *closing = begin_closing(sk);

	if (!closing)
		return;
	closing->call.event.head.queue_len = READ(sk->sk_receive_queue.qlen);
	if (!closing->call.event.head.queue_len)
		end_closing(closing);
}

/*
 * The connection has left the queue. AF_UNIX clients have no IP address, so no client matches a filter by
 * peer.
 */
static __always_inline void drop_unix_connection(struct closing *closing, bool left)
{
	struct sock *listener = AS(sock, closing->listener);

	if (!filter.peer_count && left)
		closing->call.event.head.closing.left++;
	else if (!filter.peer_count)
		closing->call.event.head.closing.reset++;
	if (!READ(listener->sk_receive_queue.qlen))
		end_closing(closing);
}

static __always_inline bool is_unix(const struct closing *closing)
{
	return closing && closing->call.event.head.listener.family == AF_UNIX;
}

/*
 * Runs at unix_release_sock(), which releases the listener and then each connection of its queue. If the
 * client has closed its end, the connection is already shut down, and does not count as reset.
 */
static __always_inline void release_unix(struct sock *sk)
{
	struct closing *closing;

	if (READ(sk->__sk_common.skc_state) == TCP_LISTEN) {
		unix_listener_closes(sk);
		return;
	}
	if (READ(sk->sk_socket))
		return;
	closing = closing_of_task();
	if (is_unix(closing))
		drop_unix_connection(closing, READ(sk->sk_shutdown) == SHUTDOWN_MASK);
}

SEC("kprobe")
int BPF_KPROBE(unix_released, struct sock *sk)
{
	keep_processor_on_event();
	if (live_since_ns)
		release_unix(AS(sock, sk));
	yield_processor_on_event();
	return 0;
}

/* The listener of an AF_UNIX connection that nobody has accepted, if the listener is closed; else NULL. */
static __always_inline struct sock *closed_unix_listener(struct sk_buff *packet)
{
	struct sock *sk = AS(sock, READ_UNTYPED(packet->sk)), *listener;
	struct unix_sock *unix = AS(unix_sock, sk);

	if (!sk || READ(sk->__sk_common.skc_family) != AF_UNIX || READ(sk->sk_socket))
		return NULL;
	listener = READ(unix->listener);
	return listener && READ(listener->__sk_common.skc_state) == TCP_CLOSE ? listener : NULL;
}

/*
 * connect() has queued an empty packet for each connection. The kernel frees this packet when it drops the
 * connection. By then, it has shut down every connection, so those that their clients had closed before look
 * like the others. All of them count as reset.
 */
static __always_inline void drop_unix_packet(struct sk_buff *packet)
{
	struct sock *listener = closed_unix_listener(packet);
	struct closing *closing;

	if (!listener)
		return;
	closing = closing_of_task();
	if (!closing || closing->listener != listener) {
		closing = begin_closing(listener);
		if (!closing)
			return;
		closing->call.event.head.queue_len = READ(listener->sk_receive_queue.qlen) + 1;
	}
	drop_unix_connection(closing, false);
}

/*
 * Replaces unix_released() on kernels without kprobes. Sees only listeners whose queue is not empty. Counts a
 * connection as reset even if its client has already closed its end. Needs Linux 6.10.
 */
SEC("raw_tp/kfree_skb")
int unix_dropped(struct bpf_raw_tracepoint_args *ctx)
{
	struct unix_sock *unix = NULL;

	keep_processor();
	if (live_since_ns && bpf_core_field_exists(unix->listener))
		drop_unix_packet((void *)ctx->args[0]);
	yield_processor();
	return 0;
}

#endif
