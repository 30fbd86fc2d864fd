/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Copies registers and user stack of the caller; the reader unwinds them. The kernel's unwinder
 * (bpf_get_stack()) needs frame pointers, which the programs and C libraries of distributions rarely have.
 */
#ifndef STACKS_BPF_H
#define STACKS_BPF_H

#include "maps.bpf.h"
#include "arguments.bpf.h"

/* Bytes of one read. If any of them is past the end of the stack, the whole read fails. */
#define STACK_PIECE 512

static __always_inline void read_user_stack(struct a4t_user_stack *stack)
{
	struct pt_regs *regs = user_registers();
	__u64 size = at_most(bpf_core_type_size(struct pt_regs), sizeof(stack->registers));
	unsigned long pointer = PT_REGS_SP_CORE(regs);

	stack->len = 0;
	stack->pad = 0;
	if (bpf_probe_read_kernel(stack->registers, size, regs))
		return;
	for (__u32 i = 0; i < A4T_STACK_BYTES / STACK_PIECE; i++) {
		if (bpf_probe_read_user(stack->memory + i * STACK_PIECE, STACK_PIECE,
					(void *)(pointer + i * STACK_PIECE)))
			return;
		stack->len = (i + 1) * STACK_PIECE;
	}
}

/* False if the ring buffer is full. */
static __always_inline bool send_with_stack(const struct call *call, __u64 flags)
{
	struct accept_event_with_stack *record = bpf_ringbuf_reserve(&events, sizeof(*record), 0);

	if (!record)
		return false;
	bpf_probe_read_kernel(&record->call, sizeof(record->call), &call->event);
	record->call.head.size = sizeof(*record);
	read_user_stack(&record->stack);
	bpf_ringbuf_submit(record, flags);
	return true;
}

#endif
