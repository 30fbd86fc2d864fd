/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The arguments of the current accept4 call: from its enter tracepoint, or later from the saved registers. */
#ifndef ARGUMENTS_BPF_H
#define ARGUMENTS_BPF_H

#include "maps.bpf.h"
#include <bpf/bpf_tracing.h>

struct accept_args {
	unsigned long fd, addr, addrlen, flags;
	__u16 syscall; /* enum a4t_syscall */
};

/*
 * A context may only be read at constant offsets. Hence the indexes are written
 * out, and a barrier keeps the compiler from merging the loads of two branches
 * into one from a computed address.
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

/* accept has three arguments: reading a fourth one would forbid the attaching. */
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

/* bpf_task_pt_regs() came with 5.15; before, the registers stand at the very end of the kernel stack. */
#define THREAD_SIZE (16 * 1024)

static __always_inline struct pt_regs *user_registers(void)
{
	if (bpf_core_enum_value_exists(enum bpf_func_id, BPF_FUNC_task_pt_regs))
		return (struct pt_regs *)bpf_task_pt_regs((void *)bpf_get_current_task_btf());

	struct task_struct *task = current_task();
	unsigned long stack = (unsigned long)READ(task->stack);

	return (void *)(stack + THREAD_SIZE - bpf_core_type_size(struct pt_regs));
}

#if defined(__TARGET_ARCH_x86)
#define NATIVE_ACCEPT	  43
#define COMPAT_ACCEPT4	  364
#define COMPAT_ACCEPT	  -1 /* i386 has it in socketcall alone */
#define COMPAT_SOCKETCALL 102
#define TS_COMPAT	  0x0002
#define SIXTH_ARGUMENT	  r9

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
 * Work that io_uring has put off is done after the call, when its number still stands
 * there. The entry code puts -ENOSYS where the result will be.
 */
static __always_inline bool is_in_call(struct pt_regs *regs)
{
	return (long)READ(regs->ax) == -ENOSYS;
}
#elif defined(__TARGET_ARCH_arm64)
#define NATIVE_ACCEPT	  202
#define COMPAT_ACCEPT4	  366
#define COMPAT_ACCEPT	  285
#define COMPAT_SOCKETCALL 102
#define TIF_32BIT	  22
#define SIXTH_ARGUMENT	  user_regs.regs[5]

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

/* Here the result's register holds the first argument until the end: there is no telling. */
static __always_inline bool is_in_call(struct pt_regs *regs)
{
	return true;
}
#endif

/* The first argument of socketcall: linux/net.h. */
#define SYS_ACCEPT  5
#define SYS_ACCEPT4 18

/* Argument `i` of the system call, from 0 on. */
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

/* False when the current task is not in a native accept4 or accept. */
static __always_inline bool args_from_registers(struct accept_args *args)
{
	struct task_struct *task = current_task();
	struct pt_regs *regs;
	long number;

	if (READ(task->flags) & PF_KTHREAD || is_compat(task))
		return false;
	regs = user_registers();
	number = current_syscall(regs);
	if (number != accept4_nr && number != accept_nr)
		return false;
	args->syscall = number == accept4_nr ? A4T_SYSCALL_ACCEPT4 : A4T_SYSCALL_ACCEPT;
	args->fd = argument(regs, 0);
	args->addr = argument(regs, 1);
	args->addrlen = argument(regs, 2);
	args->flags = number == accept4_nr ? argument(regs, 3) : 0;
	return true;
}

/* What accepts when no native system call does. */
struct origin {
	__u16 via, syscall;
};

static __always_inline struct origin compat_origin(void)
{
	struct pt_regs *regs = user_registers();
	long number = current_syscall(regs);

	if (number == COMPAT_ACCEPT4)
		return (struct origin){A4T_VIA_COMPAT, A4T_SYSCALL_ACCEPT4};
	if (number == COMPAT_ACCEPT)
		return (struct origin){A4T_VIA_COMPAT, A4T_SYSCALL_ACCEPT};
	if (number == COMPAT_SOCKETCALL && socketcall_of(regs) == SYS_ACCEPT4)
		return (struct origin){A4T_VIA_SOCKETCALL, A4T_SYSCALL_ACCEPT4};
	if (number == COMPAT_SOCKETCALL && socketcall_of(regs) == SYS_ACCEPT)
		return (struct origin){A4T_VIA_SOCKETCALL, A4T_SYSCALL_ACCEPT};
	return (struct origin){A4T_VIA_IO_URING, A4T_SYSCALL_ACCEPT4};
}

/* via A4T_VIA_SYSCALL: a native call, which the tracepoints tell. */
static __always_inline struct origin origin_of_accept(void)
{
	struct task_struct *task = current_task();
	__u32 flags = READ(task->flags);
	struct pt_regs *regs;
	long number;

	if (flags & PF_IO_WORKER)
		return (struct origin){A4T_VIA_IO_URING, A4T_SYSCALL_ACCEPT4};
	if (flags & PF_KTHREAD)
		return (struct origin){A4T_VIA_KERNEL, A4T_SYSCALL_ACCEPT4};
	if (is_compat(task))
		return compat_origin();
	regs = user_registers();
	number = current_syscall(regs);
	if ((number == accept4_nr || number == NATIVE_ACCEPT) && is_in_call(regs))
		return (struct origin){A4T_VIA_SYSCALL, A4T_SYSCALL_ACCEPT4};
	return (struct origin){A4T_VIA_IO_URING, A4T_SYSCALL_ACCEPT4};
}

#endif
