/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * A walk over all threads of the reader's PID namespace (iter/task). The saved registers of a thread show
 * whether it is in a traced call. With WALK_ANNOUNCE, the walk announces such calls, i.e. inserts an entry
 * with the state CALL_ANNOUNCED into `calls`. The walk needs no more privileges than tracing does. /proc
 * shows the same only with CAP_SYS_PTRACE, and never for a foreign PID namespace.
 */
#ifndef TASKS_BPF_H
#define TASKS_BPF_H

#include "related.bpf.h"

const volatile long connect_nr; /* system call number of connect on this processor */

__u32 walk_purpose; /* enum a4t_walk; set by the library before each walk */

static struct call announced; /* buffer; the library never runs two walks at the same time */

static __always_inline struct pt_regs *registers_of(struct task_struct *task)
{
	if (bpf_core_enum_value_exists(enum bpf_func_id, BPF_FUNC_task_pt_regs))
		return (struct pt_regs *)bpf_task_pt_regs((void *)task);
	return registers_on_stack(AS(task_struct, (unsigned long)task));
}

static __always_inline bool is_traced_number(long number)
{
	if (number < 0)
		return false;
	if (number == accept4_nr || number == accept_nr)
		return true;
	for (__u32 i = A4T_FIRST_RELATED; i <= A4T_SYSCALLS; i++)
		if (related_nr[i] == number)
			return filter.calls & A4T_RELATED_CALLS;
	return false;
}

/* The saved registers of the task, or NULL if it is in no native system call. */
static __always_inline struct pt_regs *call_registers(struct task_struct *untyped, struct task_facts *facts)
{
	struct task_struct *task = AS(task_struct, (unsigned long)untyped);
	struct pt_regs *regs;

	if (READ(task->flags) & PF_KTHREAD || is_compat(task))
		return NULL;
	regs = registers_of(untyped);
	facts->number = current_syscall(regs);
	find_place(facts, regs);
	return facts->in_call ? regs : NULL;
}

/* The saved registers of the task, or NULL if it is in no traced call. */
static __always_inline struct pt_regs *traced_call_of(struct task_struct *untyped, struct task_facts *facts)
{
	struct pt_regs *regs = call_registers(untyped, facts);

	return regs && is_traced_number(facts->number) ? regs : NULL;
}

/*
 * Records the arguments of an accept, so that it can be reported even if its exit is skipped. Of a related
 * call, records only that it has begun.
 */
static __always_inline void announce_arguments(struct pt_regs *regs, const struct task_facts *facts)
{
	struct accept_event *event = &announced.event.head;
	long number = facts->number;
	bool accept = number == accept4_nr || number == accept_nr;

	announced.unfinished = by_fentry && accept;
	/*
	 * If the call may be over already, its exit may have come before this walk. It is not announced as an
	 * accept, because that would later be reported as an accept whose exit was missed.
	 */
	event->type = accept && !facts->past_call ? A4T_EVENT_ACCEPT4 : 0;
	event->syscall = number == accept4_nr ? A4T_SYSCALL_ACCEPT4 : A4T_SYSCALL_ACCEPT;
	event->flags = A4T_ENTER_UNSEEN;
	event->enter_ns = live_since_ns;
	event->fd = argument(regs, 0);
	event->addr_ptr = argument(regs, 1);
	event->addrlen_ptr = argument(regs, 2);
	event->sock_flags = number == accept4_nr ? argument(regs, 3) : 0;
}

/*
 * Inserts a complete entry, because the thread may read it at any time. Never overwrites an entry that the
 * thread itself has inserted.
 */
static __always_inline void announce(struct task_struct *task, __u64 key)
{
	long err;

	announced.owner = owner_of(task);
	announced.id = (__u64)tgid_of(task) << 32 | number_of(READ(task->thread_pid));
	announced.state = CALL_ANNOUNCED;
	announced.shared_files = shares_files(task);
	announced.cgroup = cgroup_of(task);
	err = bpf_map_update_elem(&calls, &key, &announced, BPF_NOEXIST);
	if (!err && announced.unfinished)
		__sync_fetch_and_add(&unfinished_calls, 1);
	if (err && err != -EEXIST) {
		count(A4T_LOST_INFLIGHT_FULL);
		entry_ever_lost = true;
	}
}

/* Like read_task(), for a thread that is not the current one. */
static __always_inline void read_other_task(struct call *call, struct task_struct *task)
{
	struct accept_event *event = &call->event.head;
	struct cred *cred = READ(task->cred);

	event->tgid = tgid_of(task);
	event->tid = number_of(READ(task->thread_pid));
	event->uid = READ(cred->uid.val);
	event->cgroup = call->cgroup;
	read_comm_of_task(event->thread_comm, task);
	read_process_comm(event->process_comm, task);
}

/*
 * Like is_wanted_caller(), for a thread that is not the current one. Whether such a thread is in the wanted
 * cgroup is unknown, so a filter by cgroup rejects it.
 */
static __always_inline bool is_wanted_thread(struct task_struct *task)
{
	struct cred *cred = READ(task->cred);

	if (!filters())
		return true;
	if (is_on(A4T_FILTER_CGROUP) || (is_on(A4T_FILTER_UID) && READ(cred->uid.val) != filter.uid))
		return false;
	return !filter.comm_count || has_wanted_comm(task);
}

/*
 * Does what the entry program would have done for an announced call. Returns false if the filters reject its
 * caller.
 */
static __always_inline bool enter_announced(struct call *call, struct task_struct *task)
{
	if (!is_wanted_thread(task))
		return false;
	find_announced_listener(call, file_of_task(task, call->event.head.fd));
	return true;
}

/* Sends no stack, because the thread has moved on since the call. */
static __always_inline void report(struct call *call, struct task_struct *task)
{
	struct accept_event *event = &call->event.head;
	bool wanted = call->state != CALL_ANNOUNCED || enter_announced(call, task);

	call->state = CALL_NONE;
	count(A4T_FOUND_EXIT);
	event->exit_ns = now_ns();
	event->flags |= A4T_EXIT_LOST;
	if (!wanted || !is_wanted_listener(event) || !is_wanted_result(event))
		return;
	read_other_task(call, task);
	send_without_stack(call);
}

static __always_inline void look_for_skipped_exit(struct task_struct *task, __u64 key)
{
	struct call *call = bpf_map_lookup_elem(&calls, &key);

	if (!is_unreturned(call) || call->owner != owner_of(task))
		return;
	if (walk_purpose == WALK_MARK)
		call->marked_ns = call->event.head.enter_ns;
	else if (call->marked_ns == call->event.head.enter_ns)
		report(call, task);
}

/* False only if the fd is a socket of another family. */
static __always_inline bool can_be_unix(struct task_struct *task, __u32 fd)
{
	struct open_files files = open_files_of(task);
	struct socket *socket = socket_of_file(file_in(&files, fd));
	struct sock *sk = socket ? READ(socket->sk) : NULL;

	return !sk || READ(sk->__sk_common.skc_family) == AF_UNIX;
}

/*
 * Records that an AF_UNIX client was already in connect() when tracing began. It may have been waiting for
 * room, for an unknown time. Later walks need not do this, because the programs see when later waits begin.
 */
static __always_inline void look_for_connect(struct task_struct *untyped)
{
	__u64 key = (unsigned long)untyped;
	struct task_facts facts = {};
	struct pt_regs *regs;

	if (!sees_room_waits || connects_announced || bpf_map_lookup_elem(&unix_begun, &key))
		return;
	regs = call_registers(untyped, &facts);
	if (regs && facts.number == connect_nr && can_be_unix(AS(task_struct, key), argument(regs, 0)))
		store_room_wait(key, SINCE_UNKNOWN, BPF_ANY);
}

SEC("task_walk")
int walk_task(struct bpf_iter__task *ctx)
{
	struct task_struct *untyped = ctx->task, *task;
	__u64 key = (unsigned long)untyped;
	struct task_facts facts = {};
	struct pt_regs *regs;

	if (!untyped) {
		connects_announced = true;
		return 0;
	}
	look_for_connect(untyped);
	task = AS(task_struct, key);
	if (walk_purpose == WALK_ANNOUNCE && !is_target(tgid_of(task)))
		return 0;
	regs = traced_call_of(untyped, &facts);
	if (walk_purpose != WALK_ANNOUNCE) {
		if (!regs)
			look_for_skipped_exit(task, key);
	} else if (regs) {
		announce_arguments(regs, &facts);
		announce(task, key);
	}
	return 0;
}

#endif
