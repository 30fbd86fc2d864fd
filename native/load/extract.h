/* SPDX-License-Identifier: MIT */
/*
 * Extracts the kernel types that the programs refer to, and the types that these contain by value. For each
 * type that the programs refer to, libbpf searches the BTF by name. With the complete
 * /sys/kernel/btf/vmlinux, which has more than 100,000 types, these searches would take most of the start-up
 * time.
 */
#ifndef LOAD_EXTRACT_H
#define LOAD_EXTRACT_H

#include <stdbool.h>
#include <linux/types.h>
#include "typed_reads.h"

/* The kernel functions whose BTF ids are looked up. */
enum kernel_function {
#define FUNCTION(name, number) FUNCTION_##name,
	A4T_KFUNCS(FUNCTION)
#undef FUNCTION
		FUNCTION_WALK_TASKS, /* the functions that the programs of walks.h attach to */
	FUNCTION_WALK_FILES,
	FUNCTION_UNIX_FIND_OTHER, /* the functions of AF_UNIX that refused_unix.h attaches to */
	FUNCTION_UNIX_STREAM_CONNECT,
	FUNCTION_UNIX_WAIT_FOR_PEER, /* unix_waits.h */
	FUNCTION_FAULTABLE,	     /* exists if programs on tracepoints of system calls can be preempted */
	FUNCTIONS,
};

struct kernel_types {
	int fd;	    /* a memory file with the BTF, which is never closed; or a negative errno */
	bool typed; /* whether the programs use typed pointers and kfuncs instead of helpers */
	__u32 functions[FUNCTIONS]; /* BTF ids of the kernel; 0 = unknown or missing */
	__u32 find_other_args;	    /* number of arguments of unix_find_other(); 0 = unknown */
};

/* The first call extracts the types and captures the calling thread's libbpf messages. Thread-safe. */
const struct kernel_types *kernel_types(void);
	bool unix_listener;	    /* unix_sock.listener exists (since 6.10) */

#endif
