/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Processes and threads come and go: children are followed, and what was kept of the dead is given up. */
#ifndef LIFE_BPF_H
#define LIFE_BPF_H

#include "related.bpf.h"

/* As wait(2) reports it: the group's status after exit_group() or a signal, else the main thread's. */
static __always_inline int wait_status(struct task_struct *task)
{
	struct signal_struct *signal = READ(task->signal);
	struct task_struct *leader = READ(task->group_leader);

	return READ(signal->flags) & SIGNAL_GROUP_EXIT ? READ(signal->group_exit_code)
						       : READ(leader->exit_code);
}

/*
 * With -f. Runs in the parent before the child does, so that none of the child's
 * calls is missed.
 */
SEC("raw_tp/sched_process_fork")
int process_fork(struct bpf_raw_tracepoint_args *ctx)
{
	struct task_struct *parent = AS(task_struct, ctx->args[0]), *child = AS(task_struct, ctx->args[1]);
	__u32 parent_tgid = tgid_of(parent), child_tgid = tgid_of(child);
	__u8 forked = FORKED;
	long err;

	if (parent_tgid == child_tgid || !bpf_map_lookup_elem(&targets, &parent_tgid))
		return 0;
	err = bpf_map_update_elem(&targets, &child_tgid, &forked, BPF_NOEXIST);
	if (!err)
		__sync_fetch_and_add(&forked_alive, 1);
	else if (err !=
		 -EEXIST) /* the id of a followed child whose end was not seen, which is still counted */
		count(A4T_LOST_TARGETS_FULL);
	return 0;
}

/*
 * True for the first to ask, when no thread of the process is left. Two threads
 * can be the last at once: the kernel counts them before it comes here.
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
 * A thread is about to end. A killed call leaves through sys_exit as well, so one that is still
 * running has left without being seen. Its entry ends with its thread.
 */
SEC("raw_tp/sched_process_exit")
int thread_exit(struct bpf_raw_tracepoint_args *ctx)
{
	__u64 id = current_id(), thread = bpf_get_current_task();
	struct task_struct *task = current_task();
	struct call *call = call_of_thread();

	if (is_unreturned(call) && is_target(id >> 32))
		send_unreturned(call, id);
	bpf_map_delete_elem(&calls, &thread);
	forget_listeners(task, id >> 32);
	/* Under trace_all this would report the end of every process, servers or not. */
	if (trace_all || !has_ended(task, id >> 32))
		return 0;
	call = blank_call(SCRATCH_THREAD_EXIT);
	if (!call)
		return 0;
	call->event.head.type = A4T_EVENT_EXIT;
	call->event.head.exit_ns = now_ns();
	call->event.head.ret = wait_status(task);
	read_task(&call->event.head, id);
	send(call);
	return 0;
}

#endif
