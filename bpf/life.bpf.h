/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Follows children, and deletes the state of ended threads and processes. */
#ifndef LIFE_BPF_H
#define LIFE_BPF_H

#include "related.bpf.h"
#include "held.bpf.h"

/*
 * The status that wait(2) returns: that of the thread group after exit_group() or a signal, else that of the
 * leader.
 */
static __always_inline int wait_status(struct task_struct *task)
{
	struct signal_struct *signal = READ(task->signal);
	struct task_struct *leader = READ(task->group_leader);

	return READ(signal->flags) & SIGNAL_GROUP_EXIT ? READ(signal->group_exit_code)
						       : READ(leader->exit_code);
}

/* Both twins may find no room for the same child, which must be counted only once. */
static __u32 unfollowed; /* tgid of the last child that was counted */

static __always_inline void count_unfollowed(__u32 child)
{
	if (unfollowed != child)
		count(A4T_LOST_TARGETS_FULL);
	unfollowed = child;
}

/*
 * A new process is not a target unless its parent is one. If the end of an earlier process with the same id
 * was missed, its entry would make the new one a target. Only FORKED entries are deleted here, because the
 * library deletes NAMED ones.
 */
static __always_inline void forget_namesake(__u32 tgid)
{
	__u8 *how = bpf_map_lookup_elem(&targets, &tgid);

	if (how && *how == FORKED && !bpf_map_delete_elem(&targets, &tgid))
		__sync_fetch_and_add(&forked_alive, -1);
}

static __always_inline void follow_child(struct task_struct *untyped_parent,
					 struct task_struct *untyped_child)
{
	struct task_struct *parent = AS(task_struct, untyped_parent), *child = AS(task_struct, untyped_child);
	__u32 parent_tgid = tgid_of(parent), child_tgid = tgid_of(child);
	__u8 forked = FORKED;
	long err;

	if (parent_tgid == child_tgid)
		return;
	if (!bpf_map_lookup_elem(&targets, &parent_tgid)) {
		forget_namesake(child_tgid);
		return;
	}
	err = bpf_map_update_elem(&targets, &child_tgid, &forked, BPF_NOEXIST);
	if (!err)
		__sync_fetch_and_add(&forked_alive, 1);
	/*
	 * -EEXIST: the first twin has inserted the child, or the end of an earlier process with the same id
	 * was missed. `forked_alive` already includes the entry.
	 */
	else if (err != -EEXIST)
		count_unfollowed(child_tgid);
}

static __always_inline int on_fork(struct bpf_raw_tracepoint_args *ctx)
{
	keep_processor();
	follow_child((void *)ctx->args[0], (void *)ctx->args[1]);
	yield_processor();
	return 0;
}

/* For -f. Runs in the parent before the child runs, so that no call of the child is missed. */
SEC("raw_tp/sched_process_fork")
int process_fork(struct bpf_raw_tracepoint_args *ctx)
{
	return on_fork(ctx);
}

/* Need not know whether the first twin has run. If it has, the child is already in the map. */
SEC("raw_tp/sched_process_fork")
int process_fork_twin(struct bpf_raw_tracepoint_args *ctx)
{
	return on_fork(ctx);
}

/*
 * True once per process, when none of its threads is left. is_last_thread() can be true for several threads,
 * because the kernel decrements signal->live before this program runs. Only one of them can delete the
 * target.
 */
static __always_inline bool has_ended(struct task_struct *task, __u32 tgid)
{
	__u8 *how = bpf_map_lookup_elem(&targets, &tgid);
	bool forked;

	if (!how || !is_last_thread(task))
		return false;
	forked = *how == FORKED;
	if (bpf_map_delete_elem(&targets, &tgid))
		return false;
	if (forked)
		__sync_fetch_and_add(&forked_alive, -1);
	return true;
}

/*
 * A killed call passes through sys_exit, too. So if a call is still recorded as running when its thread ends,
 * its exit was missed. Deletes the thread's entry in `calls`.
 */
static __always_inline void end_thread(void)
{
	__u64 id = current_id(), thread = bpf_get_current_task();
	struct task_struct *task = current_task();
	struct call *call = call_of_thread();

	if (is_unreturned(call) && is_target(id >> 32))
		send_unreturned(call, id);
	if (call)
		end_unfinished(call);
	bpf_map_delete_elem(&calls, &thread);
	forget_room_wait();
	forget_listeners(task, id >> 32);
	/* Under trace_all, this would report the end of every process, not only of servers. */
	if (trace_all || !has_ended(task, id >> 32))
		return;
	remember_ended(id >> 32);
	call = blank_call(SCRATCH_THREAD_EXIT);
	if (!call)
		return;
	call->event.head.type = A4T_EVENT_EXIT;
	call->event.head.exit_ns = now_ns();
	call->event.head.ret = wait_status(task);
	read_task(&call->event.head, id);
	send(call);
}

static __always_inline int on_thread_exit(void)
{
	keep_processor();
	end_thread();
	yield_processor();
	return 0;
}

SEC("raw_tp/sched_process_exit")
int thread_exit(void *ctx)
{
	return on_thread_exit();
}

/* Need not know whether the first twin has run. If it has, the thread's entry is already deleted. */
SEC("raw_tp/sched_process_exit")
int thread_exit_twin(void *ctx)
{
	return on_thread_exit();
}

#endif
