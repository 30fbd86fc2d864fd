/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* For -e trace=closed: the state of a closing, from the end of a listener to the record that is sent. */
#ifndef CLOSINGS_BPF_H
#define CLOSINGS_BPF_H

#include "held.bpf.h"

/* A closing that has not ended yet. Only programs in the closing task use it. */
struct closing {
	struct call call;
	struct sock *listener; /* the TCP or AF_UNIX socket; the task holds a reference */
	__u32 dropped;	       /* connections, including those that their clients had reset before */
	__u32 of_peers;	       /* those of them that pass the filter by peer; 0 without such a filter */
	__u32 is_mptcp;
	__u32 pad;
};

static const struct closing no_closing;

/* Keyed by the address of the closing task. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1); /* resized before loading if it is used */
	__type(key, __u64);	/* struct task_struct * */
	__type(value, struct closing);
} closings SEC(".maps");

static __always_inline struct closing *closing_of_task(void)
{
	__u64 task = bpf_get_current_task();

	return bpf_map_lookup_elem(&closings, &task);
}

static __always_inline void forget_closing(void)
{
	__u64 task = bpf_get_current_task();

	bpf_map_delete_elem(&closings, &task);
}

/*
 * The connections that were not dropped have migrated. MPTCP drops its connections later, and they cannot
 * migrate. Without SO_REUSEPORT, there is no other socket to which they could migrate.
 */
static __always_inline __u32 count_migrated(const struct closing *closing)
{
	const struct accept_event *event = &closing->call.event.head;

	return event->flags & A4T_REUSEPORT && !closing->is_mptcp && event->queue_len > closing->dropped
		       ? event->queue_len - closing->dropped
		       : 0;
}

/*
 * Counts only connections of wanted peers. MPTCP drops its connections later, so `of_peers` can be too
 * low. Then the sum of `reset` and `left`, which also count only wanted peers, is used instead. The peers of
 * connections that have migrated are unknown, so none of these connections is counted.
 */
static __always_inline void count_of_peers(const struct closing *closing, struct accept_event *event)
{
	__u32 ended = event->closing.reset + event->closing.left;

	event->queue_len = closing->of_peers > ended ? closing->of_peers : ended;
	event->closing.migrated = 0;
}

/*
 * If there is a filter by peer, counts only connections that pass it, and sends the closing only if it has
 * reset such a connection.
 */
static __always_inline void end_closing(struct closing *closing)
{
	struct accept_event *event = &closing->call.event.head;

	event->exit_ns = now_ns();
	event->closing.migrated = count_migrated(closing);
	if (filter.peer_count)
		count_of_peers(closing, event);
	if (!filter.peer_count || event->closing.reset)
		send_without_stack(&closing->call);
	forget_closing();
}

/* Returns a blank entry for the current task, or NULL if there is no room. */
static __always_inline struct closing *new_closing(void)
{
	__u64 task = bpf_get_current_task();
	struct closing *closing = bpf_map_lookup_elem(&closings, &task);

	/* The end of the task's last closing was missed, so it is handled now. */
	if (closing)
		end_closing(closing);
	bpf_map_update_elem(&closings, &task, &no_closing, BPF_NOEXIST);
	closing = bpf_map_lookup_elem(&closings, &task);
	if (!closing)
		count(A4T_LOST_CLOSINGS);
	return closing;
}

static __always_inline void read_listener_sock(struct closing *closing, struct sock *sk,
					       struct sock_common *common)
{
	struct accept_event *event = &closing->call.event.head;

	if (common->skc_family == AF_UNIX) {
		__u64 inode = take_held_unix(sk);

		event->netns = read_open_socket(&event->listener, sk, common);
		if (!event->listener.inode)
			event->listener.inode = inode;
		event->listener.local.name_len = read_unix_name(closing->call.event.local_name, sk);
	} else {
		event->netns = read_open_listener(&event->listener, sk, common);
	}
	event->listener.state = TCP_LISTEN;
	if (!is_inet(event->listener.family))
		read_protocol(event->protocol, sk);
	else if (is_mptcp(sk))
		event->listener.protocol = IPPROTO_MPTCP;
	closing->is_mptcp = event->listener.protocol == IPPROTO_MPTCP;
	event->flags |= A4T_HAS_LISTENER;
	if (READ_BITS(sk, __sk_common.skc_reuseport))
		event->flags |= A4T_REUSEPORT;
}

static __always_inline bool is_wanted_closing(const struct accept_event *event, struct sock *sk, __u64 id)
{
	bool held = release_held(event->listener.inode);

	if (event->listener.family != AF_UNIX && (is_of_kernel(sk) || !has_listened(sk)))
		return false;
	return (held || is_or_was_target(id >> 32)) && is_wanted_caller(current_task()) &&
	       is_wanted_listener(event);
}

/* Returns NULL if the closing is not wanted. */
static __always_inline struct closing *begin_closing(struct sock *sk)
{
	struct closing *closing = new_closing();
	struct task_struct *task = current_task();
	struct accept_event *event;
	struct sock_copy copy;
	struct sock_common *common = common_of(sk, &copy);
	__u64 id = current_id();

	if (!closing || !common)
		return NULL;
	event = &closing->call.event.head;
	event->type = A4T_EVENT_CLOSED;
	event->enter_ns = now_ns();
	event->fd = -1;
	closing->listener = sk;
	read_listener_sock(closing, sk, common);
	if (!is_wanted_closing(event, sk, id)) {
		forget_closing();
		return NULL;
	}
	event->queue_max = READ(sk->sk_max_ack_backlog);
	event->flags |= A4T_HAS_QUEUE;
	event->closing.by_exit = !!(READ(task->flags) & PF_EXITING);
	read_task(event, id);
	return closing;
}

#endif
