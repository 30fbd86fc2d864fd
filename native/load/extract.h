/* SPDX-License-Identifier: MIT */
/*
 * Extracts from the kernel's more than 100,000 types the few that the programs refer to, with the types that
 * these contain by value. libbpf searches the BTF that it is given by name for each referenced type. With the
 * complete /sys/kernel/btf/vmlinux, this takes most of the start-up time.
 */
#ifndef LOAD_EXTRACT_H
#define LOAD_EXTRACT_H

#include <stdbool.h>
#include <linux/types.h>
#include "typed_reads.h"

/* The kernel functions of which the extract finds the BTF ids. */
enum kernel_function {
#define FUNCTION(name, number) FUNCTION_##name,
	A4T_KFUNCS(FUNCTION)
#undef FUNCTION
		FUNCTION_WALK, /* the target of a program that walks over all tasks */
	FUNCTION_FAULTABLE,    /* runs programs on tracepoints of system calls if they can be preempted */
	FUNCTIONS,
};

struct kernel_types {
	int fd;	    /* a memory file with the BTF, which is never closed; or a negative errno */
	bool typed; /* the programs use typed pointers and kfuncs; else helpers */
	__u32 functions[FUNCTIONS]; /* BTF ids of the kernel; 0 = unknown or missing */
};

/* Extracts at the first call. Any thread. Also captures the calling thread's libbpf messages from then on. */
const struct kernel_types *kernel_types(void);

#endif
