/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* For -e trace=closed: the listening sockets that targets hold, and the targets that have just ended. */
#ifndef HELD_BPF_H
#define HELD_BPF_H

#include "calls.bpf.h"

/* The address by which a listener of a target is found. */
struct listener_key {
	__u64 addr[2]; /* as in struct a4t_network */
	__u32 netns;
	__u32 port;
};

/*
 * Listening sockets of targets. A connection does not refer to its listener, so connections are matched by
 * address. If several sockets share an address, the inode is 0.
 */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1); /* resized before loading if it is used */
	__type(key, struct listener_key);
	__type(value, struct a4t_socket);
} held_listeners SEC(".maps");

/*
 * Targets that have ended, by process id. A process closes its files shortly after it has ended as a target
 * (do_exit() in kernel/exit.c). The value is the address of its thread group leader, because ids are reused.
 */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1); /* resized before loading if it is used */
	__type(key, __u32);	/* tgid */
	__type(value, __u64);	/* struct task_struct * */
} ended_targets SEC(".maps");

static __always_inline __u64 leader_address(void)
{
	struct task_struct *task = current_task();

	return (unsigned long)READ(task->group_leader);
}

/* Called when the last thread of a target ends. */
static __always_inline void remember_ended(__u32 tgid)
{
	__u64 leader = leader_address();

	if (filter.calls & A4T_CALL_CLOSED)
		bpf_map_update_elem(&ended_targets, &tgid, &leader, BPF_ANY);
}

static __always_inline bool is_or_was_target(__u32 tgid)
{
	__u64 *leader;

	if (is_target(tgid))
		return true;
	leader = bpf_map_lookup_elem(&ended_targets, &tgid);
	return leader && *leader == leader_address();
}

static __always_inline struct a4t_socket *held_at(struct listener_key *key)
{
	return bpf_map_lookup_elem(&held_listeners, key);
}

/*
 * Returns false if the socket is not an IP socket, or has no port yet. listen() without bind() chooses the
 * port after the change of state.
 */
static __always_inline bool set_key(struct listener_key *key, const struct a4t_socket *socket, __u32 netns)
{
	key->netns = netns;
	key->port = socket->local.port;
	return key->port && to_network(key->addr, &socket->local, socket->family);
}

static __always_inline void hold(const struct a4t_socket *listener, __u32 netns)
{
	struct listener_key key;
	struct a4t_socket *known;

	if (!set_key(&key, listener, netns))
		return;
	known = held_at(&key);
	if (!known)
		bpf_map_update_elem(&held_listeners, &key, listener, BPF_ANY);
	else if (known->inode != listener->inode)
		known->inode = 0;
}

/*
 * Returns the listener that has the local address of the connection, else the listener of the wildcard
 * address.
 */
static __always_inline struct a4t_socket *held_listener_of(const struct a4t_socket *connection, __u32 netns)
{
	struct listener_key key;
	struct a4t_socket *known;

	if (!set_key(&key, connection, netns))
		return NULL;
	known = held_at(&key);
	if (!known && !key.addr[0] && (__u32)key.addr[1] == bpf_htonl(0xffff)) {
		key.addr[1] = bpf_cpu_to_be64(0xffffULL << 32);
		known = held_at(&key);
	}
	if (known)
		return known;
	key.addr[0] = 0;
	key.addr[1] = 0;
	return held_at(&key);
}

/* Whether a target holds or has held the listener. Deletes its entry unless several sockets share the
 * address. */
static __always_inline bool take_held(const struct a4t_socket *listener, __u32 netns)
{
	struct listener_key key;
	struct a4t_socket *known;

	if (!set_key(&key, listener, netns))
		return false;
	known = held_at(&key);
	if (!known || !known->inode)
		return known;
	if (known->inode != listener->inode)
		return false;
	bpf_map_delete_elem(&held_listeners, &key);
	return true;
}

/* Reads the socket `sk`, whose sock_common is `common`. Returns the inode of its network namespace. */
static __always_inline __u32 read_open_socket(struct a4t_socket *out, struct sock *sk,
					      struct sock_common *common)
{
	struct net *net = common->skc_net.net;

	read_socket(out, READ(sk->sk_socket), sk, common);
	return READ(net->ns.inum);
}

static __always_inline bool is_mptcp(struct sock *sk)
{
	struct tcp_sock *tcp = AS(tcp_sock, sk);

	return bpf_core_field_exists(tcp->is_mptcp) && READ_BITS(tcp, is_mptcp);
}

/*
 * Whether the kernel itself uses the listener. A target that creates a network namespace makes the kernel
 * open such listeners in the target's task, e.g. for SMC. The first subflow of an MPTCP listener is also
 * opened by the kernel, but belongs to the target.
 */
static __always_inline bool is_of_kernel(struct sock *sk)
{
	return READ_BITS(sk, sk_kern_sock) && !is_mptcp(sk);
}

static __always_inline void hold_if_listening(struct sock *sk)
{
	struct a4t_socket listener = {};
	struct sock_copy copy;
	struct sock_common *common = common_of(sk, &copy);

	if (common && !is_of_kernel(sk))
		hold(&listener, read_open_socket(&listener, sk, common));
}

/* Adds the TCP listeners that targets have when tracing begins to `held_listeners`. */
SEC("?file_walk")
int walk_held(struct bpf_iter__task_file *ctx)
{
	struct task_struct *task = ctx->task;
	struct file *file = ctx->file;
	struct a4t_socket known = {};
	struct socket *socket;
	struct sock *sk;

	if (!task || !file || !is_target(tgid_of(AS(task_struct, (unsigned long)task))))
		return 0;
	socket = socket_of_file(AS(file, (unsigned long)file));
	sk = socket ? READ(socket->sk) : NULL;
	if (!sk || READ(sk->__sk_common.skc_state) != TCP_LISTEN)
		return 0;
	known.family = READ(sk->__sk_common.skc_family);
	known.protocol = READ(sk->sk_protocol);
	sk = tcp_of(sk, &known);
	if (sk)
		hold_if_listening(sk);
	return 0;
}

#endif
