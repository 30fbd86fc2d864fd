/* SPDX-License-Identifier: MIT */
/* Loads and attaches the program that walks over all tasks; targets/calls.h runs the walks. */
#ifndef LOAD_TASK_WALK_H
#define LOAD_TASK_WALK_H

#include <linux/types.h>
#include "a4t.h"

/*
 * Registers the section of the program with libbpf. Call this once, before opening any BPF object. *function
 * is the BTF id of bpf_iter_task() in the kernel, 0 = unknown; it is read at each load. Returns 0 or a
 * negative errno.
 */
int register_task_walk(const __u32 *function);

int attach_task_walk(struct a4t *session, struct a4t_error *error);

#endif
