/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Reads the arguments of the current call, from its enter tracepoint or, later, from the saved registers. */
#ifndef ARGUMENTS_BPF_H
#define ARGUMENTS_BPF_H

#include "identity.bpf.h"
#include "origin.h"
#include <bpf/bpf_tracing.h>

struct accept_args {
	unsigned long fd, addr, addrlen, flags;
	__u16 syscall; /* enum a4t_syscall */
};

/*
 * A program may read its context only at constant offsets. So there is no loop over the indexes. The barrier
 * keeps the compiler from merging the loads of both branches into one load from a computed address.
 */
static __always_inline void args_from_enter4(struct accept_args *args, void *ctx)
{
	struct syscall_tp_t___enter *record = ctx;
	struct syscall_trace_enter *older = ctx;

	args->syscall = A4T_SYSCALL_ACCEPT4;
	if (bpf_core_field_exists(record->args)) {
		args->fd = record->args[0];
		args->addr = record->args[1];
		args->addrlen = record->args[2];
		args->flags = record->args[3];
		barrier();
	} else {
		args->fd = older->args[0];
		args->addr = older->args[1];
		args->addrlen = older->args[2];
		args->flags = older->args[3];
	}
}

/* accept has three arguments. A program that reads a fourth one cannot be attached to accept's tracepoint. */
static __always_inline void args_from_enter3(struct accept_args *args, void *ctx)
{
	struct syscall_tp_t___enter *record = ctx;
	struct syscall_trace_enter *older = ctx;

	args->syscall = A4T_SYSCALL_ACCEPT;
	args->flags = 0;
	if (bpf_core_field_exists(record->args)) {
		args->fd = record->args[0];
		args->addr = record->args[1];
		args->addrlen = record->args[2];
		barrier();
	} else {
		args->fd = older->args[0];
		args->addr = older->args[1];
		args->addrlen = older->args[2];
	}
}

static __always_inline long exit_ret(void *ctx)
{
	struct syscall_tp_t___exit *record = ctx;
	struct syscall_trace_exit *older = ctx;

	long value;

	if (bpf_core_field_exists(record->ret)) {
		value = record->ret;
		barrier_var(value);
		return value;
	}
	return older->ret;
}

#if defined(__TARGET_ARCH_x86)
#define USER_MODE 3 /* privilege level in the code and stack segments */

static __always_inline bool are_of_user(struct pt_regs *regs)
{
	return (READ(regs->cs) & USER_MODE) == USER_MODE && (READ(regs->ss) & USER_MODE) == USER_MODE;
}
#elif defined(__TARGET_ARCH_arm64)
#define PSR_MODE_MASK 0xf /* 0 = EL0, 32-bit or 64-bit */

static __always_inline bool are_of_user(struct pt_regs *regs)
{
	return !(READ(regs->user_regs.pstate) & PSR_MODE_MASK);
}
#endif

/* The kernel's default; KASAN and large pages make it larger. */
#define THREAD_SIZE (16 * 1024)

/*
 * The size of the kernel stack of `task` in bytes. With CONFIG_VMAP_STACK, the stack has its own memory area,
 * which ends with a guard page. `size` includes the guard page, but nr_pages does not.
 */
static __always_inline unsigned long stack_size(struct task_struct *task)
{
	struct vm_struct *area = NULL;
	unsigned long size, pages;

	if (bpf_core_field_exists(task->stack_vm_area))
		area = READ(task->stack_vm_area);
	if (!area)
		return THREAD_SIZE;
	size = BPF_CORE_READ(area, size);
	pages = BPF_CORE_READ(area, nr_pages);
	return size - size / (pages + 1);
}

/* For kernels before 5.15, without bpf_task_pt_regs(). The registers are at the end of the kernel stack. */
static __always_inline struct pt_regs *registers_on_stack(struct task_struct *task)
{
	unsigned long stack = (unsigned long)READ(task->stack);
	struct pt_regs *regs = (void *)(stack + stack_size(task) - bpf_core_type_size(struct pt_regs));

	/*
	 * If stack_size() is wrong, `regs` is wrong, too. Callers then read zeros through NULL, and no traced
	 * call has number 0.
	 */
	return are_of_user(regs) ? regs : NULL;
}

static __always_inline struct pt_regs *user_registers(void)
{
	if (bpf_core_enum_value_exists(enum bpf_func_id, BPF_FUNC_task_pt_regs))
		return (struct pt_regs *)bpf_task_pt_regs((void *)bpf_get_current_task_btf());
	return registers_on_stack(current_task());
}

#if defined(__TARGET_ARCH_x86)
#define TS_COMPAT      0x0002
#define SIXTH_ARGUMENT r9

static __always_inline long current_syscall(struct pt_regs *regs)
{
	return READ(regs->orig_ax);
}

static __always_inline bool is_compat(struct task_struct *task)
{
	return READ(task->thread_info.status) & TS_COMPAT;
}

static __always_inline unsigned int socketcall_of(struct pt_regs *regs)
{
	return READ(regs->bx);
}

/*
 * io_uring runs deferred work after the call, when orig_ax still has the number of the call. So ax has to
 * show whether the task is still in the call: until the call has a result, ax contains -ENOSYS, which the
 * kernel's entry code has set.
 */
static __always_inline void find_place(struct task_facts *facts, struct pt_regs *regs)
{
	facts->in_call = facts->number >= 0 && (long)READ(regs->ax) == -ENOSYS;
	facts->past_call = !facts->in_call;
}
#elif defined(__TARGET_ARCH_arm64)
#define TIF_32BIT      22
#define SIXTH_ARGUMENT user_regs.regs[5]

static __always_inline long current_syscall(struct pt_regs *regs)
{
	return READ(regs->syscallno);
}

static __always_inline bool is_compat(struct task_struct *task)
{
	return READ(task->thread_info.flags) & 1UL << TIF_32BIT;
}

static __always_inline unsigned int socketcall_of(struct pt_regs *regs)
{
	return READ(regs->user_regs.regs[0]);
}

/* On arm64, the result replaces the first argument, so running and finished calls look the same. */
static __always_inline void find_place(struct task_facts *facts, struct pt_regs *regs)
{
	facts->in_call = facts->number >= 0;
	facts->past_call = true;
}
#endif

/* Argument `i` of the system call, counted from 0. */
static __always_inline unsigned long argument(struct pt_regs *regs, int i)
{
	switch (i) {
	case 0:
		return PT_REGS_PARM1_CORE_SYSCALL(regs);
	case 1:
		return PT_REGS_PARM2_CORE_SYSCALL(regs);
	case 2:
		return PT_REGS_PARM3_CORE_SYSCALL(regs);
	case 3:
		return PT_REGS_PARM4_CORE_SYSCALL(regs);
	case 4:
		return PT_REGS_PARM5_CORE_SYSCALL(regs);
	default:
		return READ(regs->SIXTH_ARGUMENT);
	}
}

/* The result of an interrupted call that restart_syscall will resume; user space never sees it. */
#define ERESTART_RESTARTBLOCK 516

/*
 * Whether restart_syscall resumes a poll, the only traced call that it can resume. During restart_syscall,
 * the registers still have the arguments of the interrupted call. For a poll, restart_block.poll has the same
 * arguments, and has_timeout is 0 or 1. Other calls store other data in that union: in the place of
 * has_timeout, a futex call has a value with a higher bit set.
 */
static __always_inline bool resumes_poll(struct pt_regs *regs)
{
	struct task_struct *task = current_task();

	return READ(task->restart_block.poll.ufds) == (void *)argument(regs, 0) &&
	       (__u32)READ(task->restart_block.poll.nfds) == (__u32)argument(regs, 1) &&
	       !(READ(task->restart_block.poll.has_timeout) & ~1);
}

/* The number of the native accept4 or accept that the current task is in, or NO_CALL. */
static __always_inline long current_accept(struct pt_regs *regs)
{
	struct task_struct *task = current_task();
	long number;

	if (READ(task->flags) & PF_KTHREAD || is_compat(task))
		return NO_CALL;
	number = current_syscall(regs);
	return number == accept4_nr || number == accept_nr ? number : NO_CALL;
}

/* False if the current task is not in a native accept4 or accept. */
static __always_inline bool args_from_registers(struct accept_args *args)
{
	struct pt_regs *regs = user_registers();
	long number = current_accept(regs);

	if (number == NO_CALL)
		return false;
	args->syscall = number == accept4_nr ? A4T_SYSCALL_ACCEPT4 : A4T_SYSCALL_ACCEPT;
	args->fd = argument(regs, 0);
	args->addr = argument(regs, 1);
	args->addrlen = argument(regs, 2);
	args->flags = number == accept4_nr ? argument(regs, 3) : 0;
	return true;
}

/*
 * Whether the task is an io_uring worker. Before 5.12, the workers are kernel threads with the flag
 * PF_IO_WORKER_KERNEL, but later stable releases of 5.10 have the workers of 5.15. So both flags are tested
 * up to 5.16. No kernel up to 5.16 uses PF_IO_WORKER_KERNEL for anything else.
 */
static __always_inline bool is_io_worker(struct task_struct *task, __u32 flags)
{
	struct task_struct___io_worker *older = (void *)task;
	struct task_struct___worker *newer = (void *)task;

	if (bpf_core_field_exists(newer->worker_private))
		return flags & PF_IO_WORKER;
	if (bpf_core_field_exists(older->pf_io_worker))
		return flags & (PF_IO_WORKER | PF_IO_WORKER_KERNEL);
	return flags & PF_IO_WORKER_KERNEL;
}

static __always_inline struct origin origin_of_accept(void)
{
	struct task_struct *task = current_task();
	struct pt_regs *regs = user_registers();
	__u32 flags = READ(task->flags);
	struct task_facts facts = {
		.io_worker = is_io_worker(task, flags),
		.kernel_thread = flags & PF_KTHREAD,
		.compat = is_compat(task),
		.number = current_syscall(regs),
		.socketcall = socketcall_of(regs),
	};

	find_place(&facts, regs);
	if (bpf_core_field_exists(task->io_uring))
		facts.has_ring = READ(task->io_uring);
	return origin_of(&facts);
}

/* SECCOMP_MODE_DISABLED of include/uapi/linux/seccomp.h is 0. */
static __always_inline bool is_under_seccomp(void)
{
	struct task_struct *task = current_task();

	return bpf_core_field_exists(task->seccomp.mode) && READ(task->seccomp.mode);
}

#endif
