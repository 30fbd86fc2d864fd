/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Reading the kernel's memory: by typed pointers where the kernel knows them, else by a helper. */
#ifndef KERNEL_READS_BPF_H
#define KERNEL_READS_BPF_H

#include <stdbool.h>
#include "kernel_types.h"
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include "typed_reads.h"

static void *(*const rdonly_cast)(const void *pointer, __u32 type) = (void *)A4T_RDONLY_CAST;
static void (*const preempt_disable)(void) = (void *)A4T_PREEMPT_DISABLE;
static void (*const preempt_enable)(void) = (void *)A4T_PREEMPT_ENABLE;

/* A constant by the time a program is loaded, as all bpf_core_*() are: the other way is taken out. */
#define IS_TYPED bpf_core_enum_value_exists(enum a4t_kernel_type, A4T_TYPE_sock)

/*
 * `pointer` as that of a struct `type`. What has been read through a typed pointer is one as well,
 * if the kernel declares it as a pointer to that struct; a void pointer is not, nor is what has
 * been kept in a map or was given to a kprobe.
 */
#define AS(type, pointer)                                                                                 \
	({                                                                                                \
		struct type *as = (void *)(pointer);                                                      \
		if (IS_TYPED)                                                                             \
			as = rdonly_cast(as, bpf_core_enum_value(enum a4t_kernel_type, A4T_TYPE_##type)); \
		as;                                                                                       \
	})

/* The value of a field, place being POINTER->FIELD; 0 where there is no memory. */
#define READ(place)                                                     \
	({                                                              \
		typeof(place) value;                                    \
		if (IS_TYPED)                                           \
			value = (place);                                \
		else                                                    \
			bpf_core_read(&value, sizeof(value), &(place)); \
		value;                                                  \
	})

#define READ_BITS(pointer, field) \
	(IS_TYPED ? BPF_CORE_READ_BITFIELD(pointer, field) : BPF_CORE_READ_BITFIELD_PROBED(pointer, field))

/*
 * Not bpf_get_current_task_btf(): where a trusted pointer leads the verifier looks up by name
 * among all of the kernel's types, which takes it milliseconds.
 */
static __always_inline struct task_struct *current_task(void)
{
	return AS(task_struct, bpf_get_current_task());
}

#define CAN_KEEP_PROCESSOR bpf_core_enum_value_exists(enum a4t_kernel_function, A4T_FUNCTION_preempt)

/* First and last in every program on a perf event, so that none is suspended and makes the kernel skip
 * others. */
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

#endif
