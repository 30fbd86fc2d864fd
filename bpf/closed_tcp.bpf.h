/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * The end of TCP and MPTCP listeners, and of TCP connections that nobody has accepted. To close a TCP
 * listener, the kernel changes its state and then drops each connection of its accept queue, all in the same
 * task:
 *
 *   inet_sock_set_state  listener: LISTEN -> CLOSE        listener_closes()
 *   inet_sock_set_state  connection: ... -> CLOSE         count_reset(), unless the client reset it before
 *   tcp_destroy_sock     connection                       drop_connection()
 *   ...
 *   tcp_destroy_sock     listener                         end_closing(), after close()
 *   inet_sk_error_report listener                         end_closing(), after shutdown(), since Linux 5.14
 *
 * A connection that migrates to another socket of the SO_REUSEPORT group (net.ipv4.tcp_migrate_req) is
 * neither reset nor destroyed, so it causes no event here. If it is the last one in the queue, no event shows
 * that the queue is empty. The closing (see closings.bpf.h) then ends at the listener's last event. Otherwise
 * it ends when a dropped connection leaves the queue empty.
 *
 * If a client resets a connection in the queue, the connection goes to CLOSE in an interrupt, with an error.
 * This is reported as a client that has given up: see give_up().
 */
#ifndef CLOSED_TCP_BPF_H
#define CLOSED_TCP_BPF_H

#include "closings.bpf.h"

/*
 * Whether a later event of the listener ends the closing. close() sets sk_shutdown, and always has such an
 * event. shutdown() of a listener does not set it, and has such an event only since Linux 5.14. On older
 * kernels, connections cannot migrate, so the last dropped connection ends the closing.
 */
static __always_inline bool has_end(struct sock *sk)
{
	return READ(sk->sk_shutdown) || bpf_core_type_exists(struct trace_event_raw_inet_sk_error_report);
}

static __always_inline void listener_closes(struct sock *sk)
{
	struct inet_connection_sock *queued = AS(inet_connection_sock, sk);
	struct closing *closing = begin_closing(sk);

	if (!closing)
		return;
	closing->call.event.head.queue_len = READ(sk->sk_ack_backlog);
	closing->call.event.head.closing.half_open = READ(queued->icsk_accept_queue.qlen.counter);
	if (!closing->call.event.head.queue_len && !has_end(sk))
		end_closing(closing);
}

/*
 * The MPTCP socket changes its state before or after its first subflow, which is the TCP socket that listens.
 * If it does so afterwards, this ends the closing.
 */
static __always_inline void mptcp_listener_closes(void)
{
	struct closing *closing = closing_of_task();

	if (closing && closing->is_mptcp)
		end_closing(closing);
}

static __always_inline bool read_lost_peer(struct call *call, struct sock *sk)
{
	struct accept_event *event = &call->event.head;
	struct sock_copy copy;
	struct sock_common *common = common_of(sk, &copy);

	if (!common)
		return false;
	event->netns = read_open_socket(&event->accepted, sk, common);
	set_inet_peer(&event->peer, common);
	event->flags |= A4T_HAS_PEER;
	return true;
}

/*
 * Whether a connection that the kernel drops passes the filter by peer. Soft interrupts cannot overwrite this
 * slot of `scratch` meanwhile, because they are disabled while the kernel drops a connection, and do not
 * interrupt each other.
 */
static __always_inline bool is_of_wanted_peer(struct sock *sk)
{
	struct call *call = blank_call(SCRATCH_INTERRUPT);

	return call && read_lost_peer(call, sk) && is_wanted_peer(&call->event.head);
}

/* In CLOSE_WAIT, the client has closed its end, or at least its sending side. */
static __always_inline void count_reset(struct sock *sk, int old_state)
{
	struct closing *closing = closing_of_task();

	if (!closing || (filter.peer_count && !is_of_wanted_peer(sk)))
		return;
	if (old_state == TCP_CLOSE_WAIT)
		closing->call.event.head.closing.left++;
	else
		closing->call.event.head.closing.reset++;
}

/* There is no caller when a client gives up, so filters by caller do not match. */
static __always_inline bool is_wanted_loss(const struct accept_event *event)
{
	return !is_on(A4T_FILTER_UID) && !is_on(A4T_FILTER_CGROUP) && !filter.comm_count &&
	       is_wanted_listener(event) && is_wanted_peer(event) &&
	       (!filter.min_wait_ns || (event->flags & A4T_HAS_WAIT && event->wait_ns >= filter.min_wait_ns));
}

/*
 * Reports a client that has given up, with the listener that is known at the local address of the connection.
 * If none is known, the event has only this address.
 */
static __always_inline void give_up(struct sock *sk)
{
	struct call *call = blank_call(SCRATCH_INTERRUPT);
	struct accept_event *event;
	struct held_address *held;

	if (is_of_kernel(sk) || !call || !read_lost_peer(call, sk))
		return;
	event = &call->event.head;
	held = held_address_of(&event->accepted, event->netns);
	/* With --all in a PID namespace, only listeners of visible processes are wanted. */
	if (!held && (!trace_all || pid_namespace))
		return;
	event->type = A4T_EVENT_GAVE_UP;
	event->fd = -1;
	event->exit_ns = now_ns();
	event->enter_ns = event->exit_ns;
	event->accepted_ns = event->exit_ns;
	event->listener = held ? held->listener : event->accepted;
	if (held)
		event->listener.inode = held->count == 1 ? held->inodes : 0;
	event->listener.state = TCP_LISTEN;
	event->flags |= A4T_HAS_LISTENER;
	read_wait(event, sk);
	if (is_wanted_loss(event))
		send_without_stack(call);
}

/*
 * Whether `sk` is a subflow of an MPTCP connection that was accepted and then closed. It loses its struct
 * socket at that point, but stays open until both ends have exchanged their last data (__mptcp_close() in
 * net/mptcp/protocol.c).
 */
static __always_inline bool is_closed_mptcp(struct sock *sk)
{
	struct sock *owner = mptcp_owner_of(sk);

	return owner != sk && READ(owner->sk_shutdown) == SHUTDOWN_MASK;
}

/*
 * A connection without a struct socket has not been accepted, except with MPTCP. tcp_reset() sets the error
 * before it changes the state. inet_child_forget(), which drops the connections of a closed listener, sets
 * the error after the state. So a connection without an error belongs to a closed listener. SYN_RECV is the
 * state of a connection by TCP Fast Open.
 */
static __always_inline void connection_closes(struct sock *sk, int old_state)
{
	int error;

	if ((old_state != TCP_ESTABLISHED && old_state != TCP_CLOSE_WAIT && old_state != TCP_SYN_RECV) ||
	    READ(sk->sk_socket))
		return;
	error = READ(sk->sk_err);
	if (!error)
		count_reset(sk, old_state);
	else if ((error == ECONNRESET || error == EPIPE) && is_live() && !is_closed_mptcp(sk))
		give_up(sk);
}

static __always_inline void change_state(struct sock *sk, int old_state, int new_state)
{
	__u32 protocol = READ(sk->sk_protocol);

	if (new_state == TCP_LISTEN && protocol == IPPROTO_TCP && is_target(current_id() >> 32))
		hold_if_listening(sk);
	else if (new_state != TCP_CLOSE)
		return;
	else if (protocol == IPPROTO_MPTCP && old_state == TCP_LISTEN)
		mptcp_listener_closes();
	else if (protocol != IPPROTO_TCP)
		return;
	else if (old_state == TCP_LISTEN)
		listener_closes(sk);
	else
		connection_closes(sk, old_state);
}

SEC("raw_tp/inet_sock_set_state")
int socket_state(struct bpf_raw_tracepoint_args *ctx)
{
	keep_processor();
	if (live_since_ns)
		change_state(AS(sock, ctx->args[0]), ctx->args[1], ctx->args[2]);
	yield_processor();
	return 0;
}

/*
 * inet_child_forget() clears sk_shutdown. If it is set, the connection was accepted, and then closed by its
 * owner, so the listener has not dropped it.
 */
static __always_inline void drop_connection(struct closing *closing, struct sock *sk)
{
	struct sock *listener = AS(sock, closing->listener);

	if (READ(sk->sk_socket) || READ(sk->sk_shutdown))
		return;
	closing->dropped++;
	if (filter.peer_count)
		closing->of_peers += is_of_wanted_peer(sk);
	if (!closing->is_mptcp && !READ(listener->sk_ack_backlog))
		end_closing(closing);
}

SEC("raw_tp/tcp_destroy_sock")
int socket_destroyed(struct bpf_raw_tracepoint_args *ctx)
{
	struct sock *sk = AS(sock, ctx->args[0]);
	struct closing *closing;

	keep_processor();
	closing = closing_of_task();
	if (closing && closing->listener == sk)
		end_closing(closing);
	else if (closing)
		drop_connection(closing, sk);
	yield_processor();
	return 0;
}

SEC("raw_tp/inet_sk_error_report")
int socket_error(struct bpf_raw_tracepoint_args *ctx)
{
	struct closing *closing;

	keep_processor();
	closing = closing_of_task();
	if (closing && (unsigned long)closing->listener == ctx->args[0])
		end_closing(closing);
	yield_processor();
	return 0;
}

#endif
