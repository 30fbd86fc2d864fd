/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Entries of the map `calls`: how a thread finds its own, and how twins know of each other. */
#ifndef ENTRIES_BPF_H
#define ENTRIES_BPF_H

#include "identity.bpf.h"

/* Does not clear names and user bytes, because it is enough to clear their lengths. */
static __always_inline void blank(struct call *call)
{
	__builtin_memset(&call->event.head, 0, sizeof(call->event.head));
	call->file = NULL;
	call->listener = NULL;
	call->verdict = VERDICT_OPEN;
	call->connection = NULL;
	call->state = CALL_RUNNING;
}

#define EVENT_BEFORE __builtin_offsetof(struct accept_event, protocol)
#define EVENT_BEHIND __builtin_offsetof(struct accept_event, accepted)

/* Keeps the listener, because a thread's next call is most often on the same one. */
static __always_inline void blank_but_listener(struct call *call)
{
	struct accept_event *event = &call->event.head;
	__u32 flags = event->flags & LISTENER_FLAGS, netns = event->netns;

	__builtin_memset(event, 0, EVENT_BEFORE);
	__builtin_memset((void *)event + EVENT_BEHIND, 0, sizeof(*event) - EVENT_BEHIND);
	event->flags = flags;
	event->netns = netns;
	call->connection = NULL;
	call->state = CALL_RUNNING;
}

static __always_inline struct call *blank_call(__u32 slot)
{
	struct call *call = bpf_map_lookup_elem(&scratch, &slot);

	if (call)
		blank(call);
	return call;
}

/* The entry of `task`, which is the current one; NULL if it has none. */
static __always_inline struct call *entry_of(struct task_struct *task)
{
	__u64 key = (unsigned long)task;
	struct call *call = bpf_map_lookup_elem(&calls, &key);

	return call && call->owner == owner_of_current(task) ? call : NULL;
}

static __always_inline struct call *call_of_thread(void)
{
	return entry_of(current_task());
}

static __always_inline void begin_unfinished(struct call *call)
{
	if (!by_fentry || call->unfinished)
		return;
	call->unfinished = true;
	__sync_fetch_and_add(&unfinished_calls, 1);
}

static __always_inline void end_unfinished(struct call *call)
{
	if (!by_fentry || !call->unfinished)
		return;
	call->unfinished = false;
	__sync_fetch_and_add(&unfinished_calls, -1);
}

/*
 * The current thread's id, tgid << 32 | tid in the reader's PID namespace, if the thread is traced; else 0.
 * `call` is from call_of_thread(). Only traced threads have an entry, so most calls need no second lookup.
 */
static __always_inline __u64 traced_id(const struct call *call)
{
	__u64 id;

	if (call && !stopped)
		return call->id;
	id = current_id();
	return is_target(id >> 32) ? id : 0;
}

/* Assigns an entry to the current thread. The entry is new, or an ended thread has left it behind. */
static __always_inline void claim(struct call *call)
{
	blank(call);
	end_unfinished(call);
	call->state = CALL_NONE;
	call->related_ns = 0;
	call->passed = PASSED_NOTHING;
	call->cgroup = bpf_get_current_cgroup_id();
	call->id = current_id();
	call->owner = bpf_get_current_pid_tgid();
}

/* The current thread's entry, inserted if it is missing; NULL if `calls` is full. */
static __always_inline struct call *call_if_room(void)
{
	__u64 task = bpf_get_current_task();
	struct call *call = bpf_map_lookup_elem(&calls, &task);

	if (!call) {
		/* The entry may exist by now, because the walk over all tasks also inserts entries. */
		bpf_map_update_elem(&calls, &task, &no_call, BPF_NOEXIST);
		call = bpf_map_lookup_elem(&calls, &task);
	}
	if (!call)
		entry_ever_lost = true;
	else if (call->owner != bpf_get_current_pid_tgid())
		claim(call);
	return call;
}

/* Like call_if_room(), but counts the loss if `calls` is full. */
static __always_inline struct call *own_call(void)
{
	struct call *call = call_if_room();

	if (!call)
		count(A4T_LOST_INFLIGHT_FULL);
	return call;
}

enum twin { FIRST, SECOND };

/*
 * For the first twin, records that it has run. For the second twin, returns whether there is such a record,
 * and clears it. If the second twin is skipped, the record stays until the thread next runs a first twin,
 * which overwrites it.
 */
static __always_inline bool pass(struct call *call, enum twin twin, enum passage passage)
{
	bool done = twin == SECOND && call->passed == passage;

	if (has_twins || by_fentry)
		call->passed = twin == FIRST ? passage : PASSED_NOTHING;
	return done;
}

#endif
