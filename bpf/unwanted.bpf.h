/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Calls that the filters reject at the entry. They are looked at again only if that can change: if the caller
 * may have got another name or cgroup, or if another thread has replaced the file descriptor.
 */
#ifndef UNWANTED_BPF_H
#define UNWANTED_BPF_H

#include "calls.bpf.h"

/*
 * Makes the call CALL_UNWANTED. The entry keeps the listener of the thread's last call, which the next call
 * may use again.
 */
static __always_inline void leave_out(struct call *call, struct task_struct *task, enum unwanted why,
				      __u64 now)
{
	struct accept_event *event = &call->event.head;

	event->enter_ns = now;
	call->unwanted = why;
	call->state = CALL_UNWANTED;
	if (why == UNWANTED_CALLER && filter.comm_count) {
		read_comm_of_task(event->thread_comm, task);
		read_process_comm(event->process_comm, task);
	}
}

static __always_inline bool is_same_comm(const char a[A4T_COMM_LEN], const char b[A4T_COMM_LEN])
{
	const __u64 *first = (const void *)a, *second = (const void *)b;

	return first[0] == second[0] && first[1] == second[1];
}

/*
 * Whether a CALL_UNWANTED need not be looked at again. Its thread or process may have been renamed or moved
 * to another cgroup since the entry.
 */
static __always_inline bool is_still_unwanted(const struct call *call, struct task_struct *task)
{
	const struct accept_event *event = &call->event.head;
	char comm[A4T_COMM_LEN] __attribute__((aligned(8))) = "";

	if (call->unwanted != UNWANTED_CALLER)
		return true;
	if (is_on(A4T_FILTER_CGROUP))
		return false;
	if (!filter.comm_count)
		return true;
	read_comm_of_task(comm, task);
	if (!is_same_comm(comm, event->thread_comm))
		return false;
	read_process_comm(comm, task);
	return is_same_comm(comm, event->process_comm);
}

/* Whether the call is on the listener of the thread's last call, and the filters reject this listener. */
static __always_inline bool is_on_unwanted_listener(struct call *call, struct file *file)
{
	return filters() && call->verdict == VERDICT_UNWANTED && is_last_listener(call, file);
}

#endif
