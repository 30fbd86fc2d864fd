/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Since when AF_UNIX clients wait: for room in the queue of a listener, then in the queue. */
#ifndef UNIX_WAITS_BPF_H
#define UNIX_WAITS_BPF_H

#include "arguments.bpf.h"

/*
 * The time at which each queued AF_UNIX connection began to wait. The key is the socket that an accept will
 * take from the queue. The map is LRU, because the connections of a closed listener are never taken.
 */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1); /* resized before loading if it is used */
	__type(key, struct sock *);
	__type(value, __u64);
} unix_ready SEC(".maps");

#define SINCE_UNKNOWN (~0ULL)

/*
 * The time at which a task has begun to wait for room, by the address of the task. Not LRU, because that
 * would forget those who wait the longest. An entry stays after a failed connect(), until the next one or the
 * end of the task.
 */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1); /* resized before loading if it is used */
	__type(key, __u64);	/* struct task_struct * */
	__type(value, __u64);	/* or SINCE_UNKNOWN */
} unix_room_waits SEC(".maps");

/*
 * The tasks whose last connect() began after the programs of unix_connects.bpf.h were attached, by address of
 * the task. Only contains tasks for which is_begin_needed() is true. LRU, because an eviction does no harm:
 * the wait of a task without an entry is shown as unknown.
 */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1); /* resized before loading if it is used */
	__type(key, __u64);	/* struct task_struct * */
	__type(value, __u8);
} unix_begun SEC(".maps");

bool sees_room_waits;	 /* the programs of unix_connects.bpf.h are attached; the library sets it */
bool connects_announced; /* the first walk over all tasks (tasks.bpf.h) is over */

/* Most clients never wait for room. Until one does, connects skip the lookup in the map. */
bool any_room_wait;	  /* `unix_room_waits` has had an entry */
bool room_wait_ever_lost; /* `unix_room_waits` was full once */

static __always_inline void store_room_wait(__u64 task, __u64 since, __u64 flags)
{
	long err;

	any_room_wait = true;
	err = bpf_map_update_elem(&unix_room_waits, &task, &since, flags);
	if (err && err != -EEXIST)
		room_wait_ever_lost = true;
}

static __always_inline void forget_room_wait(void)
{
	__u64 task = bpf_get_current_task();

	if (any_room_wait)
		bpf_map_delete_elem(&unix_room_waits, &task);
}

/*
 * Whether the first walk cannot show that the current task was in connect(): the walk is not over yet, or
 * the task is outside the reader's PID namespace, in a 32-bit call, of io_uring, or of the kernel.
 */
static __always_inline bool is_begin_needed(void)
{
	struct task_struct *task = current_task();

	return !connects_announced || !number_of(READ(task->thread_pid)) || is_compat(task) ||
	       is_io_worker(task, READ(task->flags)) || READ(task->flags) & PF_KTHREAD;
}

/*
 * Called when a connect() begins. Forgets the wait of an earlier connect() of the task, which may have
 * failed.
 */
static __always_inline void begin_connect(void)
{
	__u64 task = bpf_get_current_task();
	__u8 begun = true;

	forget_room_wait();
	if (is_begin_needed())
		bpf_map_update_elem(&unix_begun, &task, &begun, BPF_ANY);
}

/* Whether the connect() of the current task may be older than the trace. */
static __always_inline bool may_be_older(__u64 task)
{
	return sees_room_waits && is_begin_needed() && !bpf_map_lookup_elem(&unix_begun, &task);
}

/* Called when the current task begins to wait for room, or waits again because others were faster. */
static __always_inline void begin_room_wait(void)
{
	__u64 task = bpf_get_current_task(), now = now_ns();
	__u64 *since = any_room_wait ? bpf_map_lookup_elem(&unix_room_waits, &task) : NULL;

	if (!since)
		store_room_wait(task, may_be_older(task) ? SINCE_UNKNOWN : now, BPF_NOEXIST);
}

/*
 * The connect() of the current task succeeds. Returns the time at which the task began to wait, the current
 * time if it has not waited for room, or SINCE_UNKNOWN if neither is certain.
 */
static __always_inline __u64 waiting_since(void)
{
	__u64 task = bpf_get_current_task(), now = now_ns(), since;
	__u64 *known = any_room_wait ? bpf_map_lookup_elem(&unix_room_waits, &task) : NULL;

	if (!known)
		return room_wait_ever_lost || may_be_older(task) ? SINCE_UNKNOWN : now;
	since = *known;
	forget_room_wait();
	return since;
}

/*
 * A freed socket may have left an entry under the same pointer. Nothing removes an entry if a process that is
 * not a target accepts the connection.
 */
static __always_inline void note_unix_ready(struct sock *sk)
{
	__u64 since = waiting_since();

	if (since != SINCE_UNKNOWN)
		bpf_map_update_elem(&unix_ready, &sk, &since, BPF_ANY);
	else
		bpf_map_delete_elem(&unix_ready, &sk);
}

static __always_inline __u64 take_unix_ready(struct sock *sk)
{
	__u64 *ready = bpf_map_lookup_elem(&unix_ready, &sk), ns = ready ? *ready : 0;

	if (ready)
		bpf_map_delete_elem(&unix_ready, &sk);
	return ns;
}

#endif
