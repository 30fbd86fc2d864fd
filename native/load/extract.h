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
#include "load/functions.h"

struct kernel_types {
	int fd;	    /* a memory file with the BTF, which is never closed; or a negative errno */
	bool typed; /* whether the programs use typed pointers and kfuncs instead of helpers */
	__u32 functions[FUNCTIONS]; /* BTF ids of the kernel; 0 = unknown or missing */
	__u32 find_other_args;	    /* number of arguments of unix_find_other(); 0 = unknown */
	bool unix_listener;	    /* unix_sock.listener exists (since 6.10) */
	bool overflow_reason;	    /* SKB_DROP_REASON_TCP_LISTEN_OVERFLOW exists */
};

/* The first call extracts the types and captures the calling thread's libbpf messages. Thread-safe. */
const struct kernel_types *kernel_types(void);

#endif
