/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * A snapshot of all threads of user space in the reader's PID namespace (iter/task): what they wait for, and
 * for how long. Unlike reading /proc/PID/syscall, this walk needs no more privileges than the one in
 * tasks.bpf.h.
 */
#ifndef THREADS_BPF_H
#define THREADS_BPF_H

#include "tasks.bpf.h"
#include "thread_record.h"

static struct a4t_thread thread; /* buffer; the library never reads two snapshots at the same time */

static __always_inline __u32 raw_state(struct task_struct *task)
{
	struct task_struct___old_state *older = (void *)task;

	return bpf_core_field_exists(older->state) ? READ(older->state) : READ(task->__state);
}

static __always_inline __u32 state_of(struct task_struct *task)
{
	__u32 state = raw_state(task);

	if (!state)
		return A4T_THREAD_RUNNING;
	if (state & (__TASK_STOPPED | __TASK_TRACED))
		return A4T_THREAD_STOPPED;
	if (state & TASK_UNINTERRUPTIBLE)
		return state & TASK_NOLOAD ? A4T_THREAD_OTHER : A4T_THREAD_DISK;
	return state & TASK_INTERRUPTIBLE ? A4T_THREAD_ASLEEP : A4T_THREAD_OTHER;
}

#define MAX_RT_PRIO 100

/*
 * When the task was last on a CPU, by the scheduler's clock; 0 = unknown. For a running task, this is
 * up to one tick ago, because the kernel updates its execution time at each tick. Unknown for real-time
 * tasks: only kernel/sched/fair.c sets prev_sum_exec_runtime.
 */
static __always_inline __u64 last_on_cpu(struct task_struct *task)
{
	__u64 arrival;

	if (!bpf_core_field_exists(task->sched_info.last_arrival) ||
	    !bpf_core_field_exists(task->se.prev_sum_exec_runtime) || (int)READ(task->prio) < MAX_RT_PRIO)
		return 0;
	arrival = READ(task->sched_info.last_arrival);
	return arrival ? arrival + READ(task->se.sum_exec_runtime) - READ(task->se.prev_sum_exec_runtime) : 0;
}

/*
 * The scheduler's clock drifts away from CLOCK_MONOTONIC, so now_ns() cannot be compared with it. The reader
 * is running now, so the time at which the reader was last on a CPU is the current time of the scheduler's
 * clock.
 */
static __always_inline __u64 off_cpu_ns(struct task_struct *task)
{
	__u64 now = last_on_cpu(current_task()), left = last_on_cpu(task);

	return left && left < now ? now - left : 0;
}

static __always_inline void read_cpu_times(struct task_struct *task)
{
	if (!bpf_core_field_exists(task->sched_info.run_delay))
		return;
	thread.on_cpu_ns = READ(task->se.sum_exec_runtime);
	thread.run_delay_ns = READ(task->sched_info.run_delay);
	thread.flags |= A4T_THREAD_HAS_CPU_TIMES;
}

/* Does not read the arguments of a 32-bit call, which are in other registers. */
static __always_inline void read_call(struct task_struct *untyped, struct task_struct *task)
{
	struct pt_regs *regs = registers_of(untyped);
	struct task_facts facts = {.number = current_syscall(regs)};

	find_place(&facts, regs);
	if (!facts.in_call)
		return;
	thread.number = facts.number;
	thread.flags |= A4T_THREAD_HAS_CALL;
	if (is_compat(task)) {
		thread.flags |= A4T_THREAD_COMPAT;
		return;
	}
	for (int i = 0; i < A4T_ARGUMENTS; i++)
		thread.arguments[i] = argument(regs, i);
}

static __always_inline struct socket *socket_of_first_argument(struct task_struct *task)
{
	struct open_files files = open_files_of(task);

	return socket_of_file(file_in(&files, thread.arguments[0]));
}

static __always_inline void read_other_end(struct sock *sk, struct sock_common *common)
{
	struct sock *tcp = tcp_of(sk, &thread.socket);
	struct pid *pid;

	if (is_inet(thread.socket.family))
		set_inet_peer(&thread.peer, common);
	if (tcp) {
		struct tcp_sock *counters = AS(tcp_sock, (unsigned long)tcp);

		thread.received = READ(counters->bytes_received);
		thread.flags |= A4T_THREAD_HAS_RECEIVED;
	}
	pid = thread.socket.family == AF_UNIX ? READ(sk->sk_peer_pid) : NULL;
	if (!pid)
		return;
	thread.peer_pid = number_of(pid);
	read_comm_of(thread.peer_comm, pid);
}

static __always_inline void read_socket_of_call(struct task_struct *task)
{
	struct socket *socket;
	struct sock_copy copy;
	struct sock_common *common;
	struct sock *sk;

	if ((thread.flags & (A4T_THREAD_HAS_CALL | A4T_THREAD_COMPAT)) != A4T_THREAD_HAS_CALL)
		return;
	socket = socket_of_first_argument(task);
	sk = socket ? READ(socket->sk) : NULL;
	common = sk ? common_of(sk, &copy) : NULL;
	if (!common)
		return;
	read_socket(&thread.socket, socket, sk, common);
	thread.flags |= A4T_THREAD_HAS_SOCKET;
	if (thread.socket.state != TCP_LISTEN)
		read_other_end(sk, common);
}

SEC("?thread_walk")
int walk_threads(struct bpf_iter__task *ctx)
{
	struct task_struct *untyped = ctx->task, *task;

	if (!untyped)
		return 0;
	task = AS(task_struct, (unsigned long)untyped);
	if (READ(task->flags) & PF_KTHREAD)
		return 0;
	__builtin_memset(&thread, 0, sizeof(thread));
	thread.tgid = tgid_of(task);
	thread.tid = number_of(READ(task->thread_pid));
	thread.state = state_of(task);
	thread.off_cpu_ns = off_cpu_ns(task);
	read_cpu_times(task);
	bpf_core_read_str(thread.comm, A4T_COMM_LEN, &task->comm);
	read_call(untyped, task);
	read_socket_of_call(task);
	bpf_seq_write(ctx->meta->seq, &thread, sizeof(thread));
	return 0;
}

#endif
