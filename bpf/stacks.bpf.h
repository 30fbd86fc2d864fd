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

struct stack_scratch {
	__u64 users; /* programs that use it or want to */
	struct accept_event_with_stack record;
};

/*
 * Programs of any kind use it, and the kernel can preempt some of them, so each must first call
 * take_stack_scratch(). The type of the value is not declared, because the library changes its size if no
 * stacks are wanted.
 */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(struct stack_scratch));
} stack_scratch SEC(".maps");

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
static __always_inline bool output_with_stack(const struct call *call, struct accept_event_with_stack *record,
					      __u64 flags)
{
	__u64 size = __builtin_offsetof(struct accept_event_with_stack, stack.memory);

	bpf_probe_read_kernel(&record->call, sizeof(record->call), &call->event);
	read_user_stack(&record->stack);
	size = at_most(size + record->stack.len, sizeof(*record));
	record->call.head.size = size;
	return !bpf_ringbuf_output(&events, record, size, flags);
}

#endif
