/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The arguments of the current accept4 call: from its enter tracepoint, or later from the saved registers. */
#ifndef ARGUMENTS_BPF_H
#define ARGUMENTS_BPF_H

#include "maps.bpf.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>

struct accept4_args {
	unsigned long fd, addr, addrlen, flags;
};

/*
 * A context may only be read at constant offsets. Hence the indexes are written
 * out, and a barrier keeps the compiler from merging the loads of two branches
 * into one from a computed address.
 */
static __always_inline void args_from_enter(struct accept4_args *args, void *ctx)
{
	struct syscall_tp_t___enter *record = ctx;
	struct syscall_trace_enter *older = ctx;

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

	struct task_struct *task = (void *)bpf_get_current_task();
	unsigned long stack = (unsigned long)BPF_CORE_READ(task, stack);

	return (void *)(stack + THREAD_SIZE - bpf_core_type_size(struct pt_regs));
}

static __always_inline long current_syscall(struct pt_regs *regs)
{
#if defined(__TARGET_ARCH_x86)
	return BPF_CORE_READ(regs, orig_ax);
#elif defined(__TARGET_ARCH_arm64)
	return BPF_CORE_READ(regs, syscallno);
#endif
}

/* False when the current task is not in a native accept4. */
static __always_inline bool args_from_registers(struct accept4_args *args)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	struct pt_regs *regs;

	if (BPF_CORE_READ(task, flags) & PF_KTHREAD)
		return false;
	regs = user_registers();
	if (current_syscall(regs) != accept4_nr)
		return false;
	args->fd = PT_REGS_PARM1_CORE_SYSCALL(regs);
	args->addr = PT_REGS_PARM2_CORE_SYSCALL(regs);
	args->addrlen = PT_REGS_PARM3_CORE_SYSCALL(regs);
	args->flags = PT_REGS_PARM4_CORE_SYSCALL(regs);
	return true;
}

#endif
