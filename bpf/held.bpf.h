/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* For -e trace=closed: the listening sockets that targets hold, and the targets that have just ended. */
#ifndef HELD_BPF_H
#define HELD_BPF_H

#include "calls.bpf.h"

/* The address of a listener. */
struct listener_key {
	__u64 addr[2]; /* as in struct a4t_network */
	__u32 netns;
	__u16 port;
	__u16 only_ipv6; /* [::] with IPV6_V6ONLY */
};

/* The listening sockets that targets hold, by inode. The port is 0 if there is none, or if it is unknown. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1); /* resized before loading if it is used */
	__type(key, __u64);
	__type(value, struct listener_key);
} held_listeners SEC(".maps");

/* An AF_UNIX listener that a target holds. */
struct held_unix {
	__u64 inode;
	__u64 owner; /* struct pid * of the process that called listen() */
};

/*
 * Keyed by the address of the socket. When an AF_UNIX listener drops its connections, it is already detached
 * from its inode, so unix_dropped() finds the inode here. unix_dropped() does not see the end of listeners
 * without connections, so an entry can be outdated, and another socket may have the same address. `owner`
 * shows whether that socket belongs to another process.
 */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1); /* resized before loading if it is used */
	__type(key, __u64);	/* struct sock * */
	__type(value, struct held_unix);
} held_unix_listeners SEC(".maps");

/* The held listeners at one address. With SO_REUSEPORT, there can be several. */
struct held_address {
	struct a4t_socket listener; /* one of them */
	__u64 count;		    /* 0 = the address is no longer in use */
	__u64 inodes;		    /* the sum of their inodes; if only one is left, its inode */
};

/* A connection does not refer to its listener, so connections are matched by address. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1); /* resized before loading if it is used */
	__type(key, struct listener_key);
	__type(value, struct held_address);
} held_addresses SEC(".maps");

/*
 * Targets that have ended, by process id. A process closes its files (do_exit() in kernel/exit.c) shortly
 * after end_thread() has deleted it from `targets`. The value is the address of its thread group leader,
 * because ids are reused.
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

/*
 * Sets the port to 0 if the socket is not an IP socket, or has no port yet. listen() without bind() chooses
 * the port after the change of state.
 */
static __always_inline void set_key(struct listener_key *key, const struct a4t_socket *socket, __u32 netns)
{
	key->netns = netns;
	key->only_ipv6 = 0;
	key->port = to_network(key->addr, &socket->local, socket->family) ? socket->local.port : 0;
}

static __always_inline struct held_address *held_at(struct listener_key *key)
{
	struct held_address *known = bpf_map_lookup_elem(&held_addresses, key);

	return known && known->count ? known : NULL;
}

static __always_inline void hold_at(struct listener_key *key, const struct a4t_socket *listener)
{
	struct held_address *known = bpf_map_lookup_elem(&held_addresses, key);
	struct held_address unused = {.listener = *listener};

	if (!known) {
		bpf_map_update_elem(&held_addresses, key, &unused, BPF_NOEXIST);
		known = bpf_map_lookup_elem(&held_addresses, key);
	}
	if (!known)
		return;
	if (!known->count)
		known->listener = *listener;
	__sync_fetch_and_add(&known->count, 1);
	__sync_fetch_and_add(&known->inodes, listener->inode);
}

/* Does nothing if the listener is held already. */
static __always_inline void hold(struct sock *sk, const struct a4t_socket *listener, __u32 netns)
{
	struct listener_key key;
	__u64 inode = listener->inode;

	set_key(&key, listener, netns);
	if (listener->family == AF_INET6 && !key.addr[0] && !key.addr[1])
		key.only_ipv6 = READ_BITS(sk, __sk_common.skc_ipv6only);
	if (inode && !bpf_map_update_elem(&held_listeners, &inode, &key, BPF_NOEXIST) && key.port)
		hold_at(&key, listener);
}

static __always_inline void hold_unix(struct sock *sk)
{
	struct held_unix held = {.owner = (unsigned long)READ(sk->sk_peer_pid)};
	struct listener_key no_address = {};
	__u64 key = (unsigned long)sk, inode = inode_of(READ(sk->sk_socket));

	if (!inode)
		return;
	held.inode = inode;
	bpf_map_update_elem(&held_unix_listeners, &key, &held, BPF_ANY);
	bpf_map_update_elem(&held_listeners, &inode, &no_address, BPF_NOEXIST);
}

/* Returns the inode of an AF_UNIX listener that a target has held, or 0. Removes its entry. */
static __always_inline __u64 take_held_unix(struct sock *sk)
{
	__u64 key = (unsigned long)sk, inode;
	struct held_unix *held = bpf_map_lookup_elem(&held_unix_listeners, &key);

	if (!held)
		return 0;
	inode = held->owner == (unsigned long)READ(sk->sk_peer_pid) ? held->inode : 0;
	bpf_map_delete_elem(&held_unix_listeners, &key);
	return inode;
}

/* Returns whether a target held the listener. */
static __always_inline bool release_held(__u64 inode)
{
	struct listener_key *known = bpf_map_lookup_elem(&held_listeners, &inode), key;
	struct held_address *address;

	if (!known)
		return false;
	key = *known;
	if (bpf_map_delete_elem(&held_listeners, &inode))
		return false;
	address = key.port ? held_at(&key) : NULL;
	if (address) {
		__sync_fetch_and_add(&address->count, -1ULL);
		__sync_fetch_and_add(&address->inodes, -inode);
	}
	return true;
}

/*
 * Returns the listeners that have the local address of the connection, else the listeners of the wildcard
 * address.
 */
static __always_inline struct held_address *held_address_of(const struct a4t_socket *connection, __u32 netns)
{
	struct listener_key key;
	struct held_address *known;
	bool is_ipv4;

	set_key(&key, connection, netns);
	if (!key.port)
		return NULL;
	is_ipv4 = !key.addr[0] && (__u32)key.addr[1] == bpf_htonl(0xffff);
	known = held_at(&key);
	if (!known && is_ipv4) {
		key.addr[1] = bpf_cpu_to_be64(0xffffULL << 32);
		known = held_at(&key);
	}
	if (known)
		return known;
	key.addr[0] = 0;
	key.addr[1] = 0;
	known = held_at(&key);
	if (known || is_ipv4)
		return known;
	key.only_ipv6 = 1;
	return held_at(&key);
}

/* Reads the socket `sk`, whose sock_common is `common`. Returns the inode of its network namespace. */
static __always_inline __u32 read_open_socket(struct a4t_socket *out, struct sock *sk,
					      struct sock_common *common)
{
	struct net *net = common->skc_net.net;

	read_socket(out, READ(sk->sk_socket), sk, common);
	return READ(net->ns.inum);
}

/* Like read_open_socket(). The inode is that of the MPTCP socket if `sk` is its first subflow. */
static __always_inline __u32 read_open_listener(struct a4t_socket *out, struct sock *sk,
						struct sock_common *common)
{
	struct sock *owner = mptcp_owner_of(sk);
	__u32 netns = read_open_socket(out, sk, common);

	out->inode = inode_of(READ(owner->sk_socket));
	return netns;
}

/*
 * False if listen() has failed. inet_csk_listen_start() sets the state before it knows whether the address is
 * free, and the flag SOCK_RCU_FREE afterwards. This flag is never cleared.
 */
static __always_inline bool has_listened(struct sock *sk)
{
	return READ(sk->__sk_common.skc_flags) & 1UL << bpf_core_enum_value(enum sock_flags, SOCK_RCU_FREE);
}

static __always_inline void hold_if_listening(struct sock *sk)
{
	struct a4t_socket listener = {};
	struct sock_copy copy;
	struct sock_common *common = common_of(sk, &copy);

	if (common && !is_of_kernel(sk))
		hold(sk, &listener, read_open_listener(&listener, sk, common));
}

/* Adds the TCP and AF_UNIX listeners that targets have when tracing begins to `held_listeners`. */
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
	if (known.family == AF_UNIX) {
		hold_unix(sk);
		return 0;
	}
	known.protocol = READ(sk->sk_protocol);
	sk = tcp_of(sk, &known);
	if (sk)
		hold_if_listening(sk);
	return 0;
}

#endif
