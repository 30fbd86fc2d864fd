/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Ids, names, user and cgroup of tasks, and which of them are targets. */
#ifndef IDENTITY_BPF_H
#define IDENTITY_BPF_H

#include "maps.bpf.h"

_Static_assert(A4T_COMM_LEN == 2 * sizeof(__u64), "two words are read");

/* Copies the name of `task`. Bytes after its NUL byte are undefined. `comm` is aligned like a word. */
static __always_inline void read_comm_of_task(char comm[A4T_COMM_LEN], struct task_struct *task)
{
	__u64 *words = (void *)comm, *name = (void *)task + bpf_core_field_offset(task->comm);

	if (!IS_TYPED) {
		bpf_core_read_str(comm, A4T_COMM_LEN, &task->comm);
		return;
	}
	words[0] = name[0];
	words[1] = name[1];
}

/* The name of a process is that of its thread group leader. */
static __always_inline void read_process_comm(char comm[A4T_COMM_LEN], struct task_struct *task)
{
	read_comm_of_task(comm, READ(task->group_leader));
}

#define PID_LEVELS 33 /* MAX_PID_NS_LEVEL + 1 */

/* The number of `pid` in the reader's PID namespace; 0 if it is outside that namespace. */
static __always_inline __u32 number_in_own_namespace(struct pid *pid, bool typed)
{
	void *numbers = (void *)pid + bpf_core_field_offset(pid->numbers);
	unsigned int level;

	if (!pid_namespace)
		return READ_IF(typed, pid->numbers[0].nr);
	level = READ_IF(typed, pid->level);
	for (unsigned int i = 0; i < PID_LEVELS && i <= level; i++) {
		struct upid *number = numbers + i * bpf_core_type_size(struct upid);

		if (BPF_CORE_READ(number, ns, ns.inum) == pid_namespace)
			return BPF_CORE_READ(number, nr);
	}
	return 0;
}

static __always_inline __u32 number_of(struct pid *pid)
{
	return number_in_own_namespace(pid, true);
}

/* True for more than one thread if the last threads end at the same time. */
static __always_inline bool is_last_thread(struct task_struct *task)
{
	struct signal_struct *signal = READ(task->signal);

	return READ(signal->live.counter) == 0;
}

static __always_inline __u32 tgid_of(struct task_struct *task)
{
	struct task_struct *leader;

	if (!pid_namespace)
		return READ(task->tgid);
	leader = READ(task->group_leader);
	return number_of(READ(leader->thread_pid));
}

/* tgid << 32 | tid, like bpf_get_current_pid_tgid() but in the reader's PID namespace. */
static __always_inline __u64 current_id(void)
{
	struct task_struct *task;

	if (!pid_namespace)
		return bpf_get_current_pid_tgid();
	task = current_task();
	return (__u64)tgid_of(task) << 32 | number_of(READ(task->thread_pid));
}

static __always_inline bool is_target(__u32 tgid)
{
	return (trace_all && tgid) || bpf_map_lookup_elem(&targets, &tgid);
}

static __always_inline __u32 uid_of_current(struct task_struct *task)
{
	struct cred *cred;

	if (!IS_TYPED)
		return bpf_get_current_uid_gid();
	cred = READ(task->cred);
	return READ(cred->uid.val);
}

static __always_inline __u32 effective_uid_of(struct task_struct *task)
{
	struct cred *cred = READ(task->cred);

	return READ(cred->euid.val);
}

/* Returns 0 if the kernel has no cgroups. */
static __always_inline __u64 cgroup_of(struct task_struct *task)
{
	struct css_set *set;
	struct cgroup *group;
	struct kernfs_node *node;

	if (!bpf_core_field_exists(task->cgroups))
		return 0;
	set = READ(task->cgroups);
	group = READ(set->dfl_cgrp);
	node = READ(group->kn);
	return READ(node->id);
}

/* bpf_get_current_cgroup_id() takes longer than typed reads. */
static __always_inline __u64 cgroup_of_current(struct task_struct *task)
{
	return IS_TYPED && bpf_core_field_exists(task->cgroups) ? cgroup_of(task)
								: bpf_get_current_cgroup_id();
}

static __always_inline __u64 owner_of(struct task_struct *task)
{
	return (__u64)READ(task->tgid) << 32 | (__u32)READ(task->pid);
}

/* Like bpf_get_current_pid_tgid(). */
static __always_inline __u64 owner_of_current(struct task_struct *task)
{
	return IS_TYPED ? owner_of(task) : bpf_get_current_pid_tgid();
}

#endif
