/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Reads kernel memory through typed pointers if the kernel supports them, else with a helper. */
#ifndef KERNEL_READS_BPF_H
#define KERNEL_READS_BPF_H

#include <stdbool.h>
#include "socket_types.h"
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include "typed_reads.h"

static void *(*const rdonly_cast)(const void *pointer, __u32 type) = (void *)A4T_RDONLY_CAST;
static void (*const preempt_disable)(void) = (void *)A4T_PREEMPT_DISABLE;
static void (*const preempt_enable)(void) = (void *)A4T_PREEMPT_ENABLE;

/* libbpf makes this a constant at load time, so the verifier drops the other branch. */
#define IS_TYPED bpf_core_enum_value_exists(enum a4t_kernel_type, A4T_TYPE_sock)

/*
 * Casts `pointer` to a typed pointer to struct `type`. A pointer field that is read through a typed pointer
 * is already typed if the kernel declares its type as struct `type` *. Void pointers, pointers from a map and
 * arguments of a kprobe need the cast.
 */
#define AS(type, pointer)                                                                                 \
	({                                                                                                \
		struct type *as = (void *)(pointer);                                                      \
		if (IS_TYPED)                                                                             \
			as = rdonly_cast(as, bpf_core_enum_value(enum a4t_kernel_type, A4T_TYPE_##type)); \
		as;                                                                                       \
	})

/* The value of `place`, which has the form POINTER->FIELD; 0 if the memory is not mapped. */
#define READ(place)                                                     \
	({                                                              \
		typeof(place) value;                                    \
		if (IS_TYPED)                                           \
			value = (place);                                \
		else                                                    \
			bpf_core_read(&value, sizeof(value), &(place)); \
		value;                                                  \
	})

/*
 * Like READ(), but always with a helper, so that the pointer needs no type. Callbacks of bpf_loop() need
 * this, because pointers in their context have lost their type. AS() cannot be used in callbacks: its call of
 * rdonly_cast() is a placeholder (see typed_reads.h), which native/load/ replaces only in programs, not in
 * functions that programs call.
 */
#define READ_UNTYPED(place)                                     \
	({                                                      \
		typeof(place) value;                            \
		bpf_core_read(&value, sizeof(value), &(place)); \
		value;                                          \
	})

#define READ_IF(typed, place) ((typed) ? READ(place) : READ_UNTYPED(place))

#define READ_BITS(pointer, field) \
	(IS_TYPED ? BPF_CORE_READ_BITFIELD(pointer, field) : BPF_CORE_READ_BITFIELD_PROBED(pointer, field))

/*
 * Does not use bpf_get_current_task_btf(), because it returns a trusted pointer. For each pointer that is
 * read through a trusted pointer, the verifier searches all types of the kernel by name, which takes
 * milliseconds.
 */
static __always_inline struct task_struct *current_task(void)
{
	return AS(task_struct, bpf_get_current_task());
}

#define CAN_KEEP_PROCESSOR bpf_core_enum_value_exists(enum a4t_kernel_function, A4T_FUNCTION_preempt)

/*
 * Every program on a raw tracepoint or by fentry begins with keep_processor() and ends with
 * yield_processor(). While a program is preempted, the kernel skips it for other tasks on the same CPU.
 */
static __always_inline void keep_processor(void)
{
	if (CAN_KEEP_PROCESSOR)
		preempt_disable();
}

static __always_inline void yield_processor(void)
{
	if (CAN_KEEP_PROCESSOR)
		preempt_enable();
}

#define ARE_EVENTS_PREEMPTIBLE bpf_core_enum_value_exists(enum a4t_kernel_function, A4T_FUNCTION_faultable)

/*
 * Like keep_processor() and yield_processor(), for programs on perf events, i.e. on tracepoints of system
 * calls and on kprobes. Most kernels do not preempt these.
 */
static __always_inline void keep_processor_on_event(void)
{
	if (ARE_EVENTS_PREEMPTIBLE)
		keep_processor();
}

static __always_inline void yield_processor_on_event(void)
{
	if (ARE_EVENTS_PREEMPTIBLE)
		yield_processor();
}

#endif
