/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Connections that a server accepts and closes at once, without using them. The program runs at every change
 * of state of every TCP connection of the machine, so it is only attached if it is wanted.
 */
#ifndef TURNED_AWAY_BPF_H
#define TURNED_AWAY_BPF_H

#include "calls.bpf.h"

/* Far longer than a server needs to turn a client away unheard, and shorter than a server's timeouts. */
#define AT_ONCE_NS 100000000ULL

/*
 * Whether nothing was read from the connection and nothing written to it. Peeking is not reading. A FIN
 * counts in both rcv_nxt and bytes_received, so their difference is the sequence number of the first byte in
 * any case.
 */
static __always_inline bool is_unused(struct tcp_sock *tcp)
{
	__u32 first = READ(tcp->rcv_nxt) - (__u32)READ(tcp->bytes_received);

	return READ(tcp->copied_seq) == first && !READ(tcp->bytes_sent) &&
	       READ(tcp->write_seq) == READ(tcp->snd_nxt);
}

static __always_inline void send_turned_away(const struct accepted *accepted, __u64 now, __u32 unread)
{
	struct accept_event *event = bpf_ringbuf_reserve(&events, sizeof(*event), 0);

	if (!event) {
		count(A4T_LOST_RING_FULL);
		return;
	}
	__builtin_memset(event, 0, sizeof(*event));
	event->size = sizeof(*event);
	event->type = A4T_EVENT_TURNED_AWAY;
	event->listener.inode = accepted->listener;
	event->accepted_ns = accepted->at_ns;
	event->exit_ns = now;
	event->received = unread;
	bpf_ringbuf_submit(event, wake_flags(now));
}

/* A process that ends closes all its connections, but does not turn clients away. */
static __always_inline bool is_ending(void)
{
	struct task_struct *task = current_task();

	return READ(task->flags) & PF_EXITING;
}

/*
 * close() and shutdown() set both bits of sk_shutdown before they change the state. A reset by the client
 * sets them afterwards, so it is ignored here. A client that has ended the connection without sending data,
 * e.g. a health check, wanted nothing, so the server has not turned it away.
 */
static __always_inline void end_connection(struct sock *sk, const struct accepted *accepted, int from)
{
	struct tcp_sock *tcp = AS(tcp_sock, sk);
	__u64 now = now_ns();
	__u32 unread;

	if (!is_live() || READ(sk->sk_shutdown) != SHUTDOWN_MASK || is_ending() ||
	    now - accepted->at_ns > AT_ONCE_NS || !is_unused(tcp))
		return;
	unread = received_bytes(sk, tcp);
	if (from == TCP_ESTABLISHED || unread)
		send_turned_away(accepted, now, unread);
}

static __always_inline void on_state(struct sock *sk, int from, int to)
{
	struct accepted *known, accepted;

	if (to != TCP_FIN_WAIT1 && to != TCP_LAST_ACK && to != TCP_CLOSE)
		return;
	known = bpf_map_lookup_elem(&accepted_sockets, &sk);
	if (!known)
		return;
	accepted = *known;
	bpf_map_delete_elem(&accepted_sockets, &sk);
	end_connection(AS(sock, sk), &accepted, from);
}

SEC("raw_tp/inet_sock_set_state")
int connection_ends(struct bpf_raw_tracepoint_args *ctx)
{
	keep_processor();
	on_state((void *)ctx->args[0], ctx->args[1], ctx->args[2]);
	yield_processor();
	return 0;
}

#endif
