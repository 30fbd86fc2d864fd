/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Which descriptors of a process are listeners. Used to find the listeners among the files that a wait call
 * reports as ready.
 */
#ifndef KNOWN_LISTENERS_BPF_H
#define KNOWN_LISTENERS_BPF_H

#include "calls.bpf.h"

#define LISTENERS_KNOWN 16

/* File descriptors of a process that were listeners once. Check with is_listener() before use. */
struct listener_fds {
	__u32 searched; /* whether find_listeners() has run */
	__u32 count;
	__u32 turn; /* the entry that replace_closed() checks next, modulo LISTENERS_KNOWN */
	__u32 fds[LISTENERS_KNOWN];
};

/*
 * A cache, filled by learn_listener(), and by find_listeners() at the first wait call of a process that
 * returns a result.
 */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1); /* resized before loading */
	__type(key, __u32);	/* tgid */
	__type(value, struct listener_fds);
} listeners SEC(".maps");

static __always_inline struct sock *sock_of_fd(__u32 fd)
{
	struct socket *sock = socket_of_file(file_of_fd(fd));

	return sock ? READ(sock->sk) : NULL;
}

static __always_inline bool is_listener(__u32 fd)
{
	struct sock *sk = sock_of_fd(fd);

	return sk && READ(sk->__sk_common.skc_state) == TCP_LISTEN;
}

/* Returns whether `fd` is in `known` afterwards. */
static __always_inline bool add_listener(struct listener_fds *known, __u32 fd)
{
	__u64 count = known->count;

	for (__u32 i = 0; i < LISTENERS_KNOWN && i < count; i++)
		if (known->fds[i] == fd)
			return true;
	if (count >= LISTENERS_KNOWN)
		return false;
	known->fds[count] = fd;
	known->count = count + 1;
	return true;
}

/*
 * Replaces the next entry of a full list by `fd`, unless that entry is still a listener. Checks only one
 * entry per call, because a process with more than LISTENERS_KNOWN listeners can get here at each accept.
 */
static __always_inline void replace_closed(struct listener_fds *known, __u32 fd)
{
	__u32 turn = known->turn++ % LISTENERS_KNOWN;

	if (!is_listener(known->fds[turn]))
		known->fds[turn] = fd;
}

/* Listeners are usually opened early and have low fds. Others are learned when they listen or accept. */
#define LOW_FDS 64

static __always_inline void find_listeners(struct listener_fds *known)
{
	known->searched = true;
	for (__u32 fd = 0; fd < LOW_FDS; fd++)
		if (is_listener(fd))
			add_listener(known, fd);
}

static __always_inline void know_first_listener(__u32 tgid, __u32 fd)
{
	struct listener_fds first = {.count = 1, .fds = {fd}};

	bpf_map_update_elem(&listeners, &tgid, &first, BPF_NOEXIST);
}

/* Adds `fd`, on which the process calls listen() or accept, to the cached listeners of the process. */
static __always_inline void learn_listener(__u32 tgid, __u32 fd)
{
	struct listener_fds *known;

	if (!(filter.calls & A4T_CALL_POLL) || !is_listener(fd))
		return;
	known = bpf_map_lookup_elem(&listeners, &tgid);
	if (!known)
		know_first_listener(tgid, fd);
	else if (!add_listener(known, fd))
		replace_closed(known, fd);
}

/*
 * Copies the cached descriptors of the current process to `all`, after searching for them if that has not
 * been done. Some may no longer be listeners. Returns whether there are any.
 */
static __always_inline bool know_listeners(struct listener_fds *all, __u32 tgid)
{
	static const struct listener_fds none;
	struct listener_fds *known = bpf_map_lookup_elem(&listeners, &tgid);

	*all = known ? *known : none;
	if (!all->searched) {
		find_listeners(all);
		bpf_map_update_elem(&listeners, &tgid, all, BPF_ANY);
	}
	return all->count > 0;
}

#endif
