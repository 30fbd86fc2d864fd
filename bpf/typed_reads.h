/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * How the BPF programs and the native library agree on typed reads of the kernel's memory.
 *
 * Since Linux 6.2, the kfunc bpf_rdonly_cast() (kernel/bpf/helpers.c) gives a pointer a type of
 * the kernel, chosen by its BTF id. A read through such a pointer is one instruction instead of a call of
 * bpf_probe_read_kernel(), and yields 0 if the memory is not mapped. The verifier removes the cast.
 *
 * The programs contain both kinds of reads. They use typed reads if the BTF with which libbpf relocates them
 * contains enum a4t_kernel_type. The library adds that enum, with the running kernel's BTF ids as values.
 *
 * For each kfunc, the object calls a placeholder, i.e. a helper that does not exist. The library replaces
 * each such call by a call of the kfunc. The object cannot call kfuncs directly, because kernels from 5.13 to
 * 5.15 reject a program that contains a call of an unknown kfunc, even in dead code.
 */
#ifndef TYPED_READS_H
#define TYPED_READS_H

#define A4T_RDONLY_CAST	    0x0a47ca57
#define A4T_PREEMPT_DISABLE 0x0a47ca58
#define A4T_PREEMPT_ENABLE  0x0a47ca59

/* The kfuncs and the placeholder calls that they replace: field(name, number of the placeholder). */
#define A4T_KFUNCS(field)                                                                       \
	field(bpf_rdonly_cast, A4T_RDONLY_CAST) field(bpf_preempt_disable, A4T_PREEMPT_DISABLE) \
		field(bpf_preempt_enable, A4T_PREEMPT_ENABLE)

/*
 * The library adds this enum to the BTF if the kernel has the kfuncs that disable preemption, i.e. since
 * Linux 6.10. keep_processor() then calls them. The calls are needed since 7.2, where programs on tracepoints
 * of system calls can be preempted: see enum passage in maps.bpf.h.
 */
#define A4T_KERNEL_FUNCTIONS "a4t_kernel_function"

enum a4t_kernel_function {
	A4T_FUNCTION_preempt = 1, /* bpf_preempt_disable() and bpf_preempt_enable() */
	A4T_FUNCTION_faultable,	  /* programs on tracepoints of system calls can be preempted */
};

/* The structs to which the programs cast pointers. */
#define A4T_KERNEL_TYPES       "a4t_kernel_type"
#define A4T_KERNEL_TYPE_PREFIX "A4T_TYPE_" /* followed by the name of a struct */

enum a4t_kernel_type {
	A4T_TYPE_file = 1,
	A4T_TYPE_inet_connection_sock,
	A4T_TYPE_inet_sock,
	A4T_TYPE_list_head,
	A4T_TYPE_sock,
	A4T_TYPE_socket,
	A4T_TYPE_socket_alloc,
	A4T_TYPE_task_struct,
	A4T_TYPE_tcp_sock,
	A4T_TYPE_unix_sock,
};

#endif
