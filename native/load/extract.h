/* SPDX-License-Identifier: MIT */
/*
 * The few kernel types that the programs refer to, extracted from the kernel's more than 100,000, with all
 * that these types hold by value. libbpf looks for each referenced type by name in all that it is given: with
 * the whole of /sys/kernel/btf/vmlinux this takes most of a start.
 */
#ifndef LOAD_EXTRACT_H
#define LOAD_EXTRACT_H

#include <stdbool.h>
#include <linux/types.h>
#include "typed_reads.h"

/* Kernel functions by name, of which the extract finds the ids. */
enum kernel_function {
#define FUNCTION(name, number) FUNCTION_##name,
	A4T_KFUNCS(FUNCTION)
#undef FUNCTION
		FUNCTION_WALK, /* the target of a program that walks over all tasks */
	FUNCTIONS,
};

struct kernel_types {
	int fd;	    /* a memory file of BTF that stays open, or a negative errno */
	bool typed; /* the programs read through typed pointers and call kfuncs; else they call helpers */
	__u32 functions[FUNCTIONS]; /* BTF ids of the kernel; 0 = unknown, or the kernel has none */
};

/*
 * Extracts at the first call. Any thread. Opens a BPF object, so libbpf's messages are captured from then on.
 */
const struct kernel_types *kernel_types(void);

#endif
