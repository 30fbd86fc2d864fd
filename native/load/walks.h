/* SPDX-License-Identifier: MIT */
/*
 * Loads and attaches the programs that walk over all tasks or over their open files. A program runs while an
 * iterator of its link is read; see targets/calls.h and session/snapshot.c.
 */
#ifndef LOAD_WALKS_H
#define LOAD_WALKS_H

#include <linux/types.h>
#include "a4t.h"

struct bpf_program;

/*
 * Registers the sections of these programs with libbpf. Call this once, before opening any BPF object. The
 * arguments point to the ids of bpf_iter_task() and bpf_iter_task_file() in the kernel's BTF (0 = unknown).
 * The ids are read at each load, so the pointers must remain valid. Returns 0 or a negative errno.
 */
int register_walks(const __u32 *task_function, const __u32 *file_function);

/* Returns a BPF link, which the caller must close, or a negative errno with `error` set. */
int attach_walk(const struct bpf_program *program, struct a4t_error *error);

#endif
