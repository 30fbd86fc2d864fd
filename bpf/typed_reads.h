/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * How the BPF programs and the native library agree on typed reads of the kernel's memory.
 *
 * From Linux 6.2 on the kfunc bpf_rdonly_cast() (kernel/bpf/helpers.c) gives a pointer a type of
 * the kernel's, by its id; a read through such a pointer is one instruction, which yields 0 where
 * there is no memory, instead of a call of bpf_probe_read_kernel(). The verifier takes the cast
 * itself out again.
 *
 * The programs hold both ways. They take the typed one if the enum below is among the types that
 * they are relocated by, where the library puts it, with the running kernel's ids as values. The
 * casts are calls of a helper that does not exist, until the library makes them calls of the
 * kfunc: kernels from 5.13 to 5.15 refuse a program with a kfunc that they do not have, even
 * where it is never called.
 */
#ifndef TYPED_READS_H
#define TYPED_READS_H

#define A4T_RDONLY_CAST	    0x0a47ca57
#define A4T_PREEMPT_DISABLE 0x0a47ca58
#define A4T_PREEMPT_ENABLE  0x0a47ca59

/* The kernel's functions that such calls become: field(name, number of the call). */
#define A4T_KFUNCS(field)                                                                       \
	field(bpf_rdonly_cast, A4T_RDONLY_CAST) field(bpf_preempt_disable, A4T_PREEMPT_DISABLE) \
		field(bpf_preempt_enable, A4T_PREEMPT_ENABLE)

/*
 * From Linux 6.10 on a program can keep others from its processor. Where tracepoints can be preempted
 * (7.0) that matters: the kernel skips a program while another task's is suspended on the same
 * processor (trace_call_bpf() in kernel/trace/bpf_trace.c).
 */
#define A4T_KERNEL_FUNCTIONS "a4t_kernel_function"

enum a4t_kernel_function {
	A4T_FUNCTION_preempt = 1, /* bpf_preempt_disable() and bpf_preempt_enable() */
};

#define A4T_KERNEL_TYPES       "a4t_kernel_type"
#define A4T_KERNEL_TYPE_PREFIX "A4T_TYPE_" /* then the name of a struct */

enum a4t_kernel_type {
	A4T_TYPE_file = 1,
	A4T_TYPE_inet_sock,
	A4T_TYPE_sock,
	A4T_TYPE_socket,
	A4T_TYPE_socket_alloc,
	A4T_TYPE_task_struct,
	A4T_TYPE_tcp_sock,
	A4T_TYPE_unix_sock,
};

#endif
