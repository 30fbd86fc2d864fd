/* SPDX-License-Identifier: MIT */
/*
 * Loads and attaches the programs that walk over all tasks or over their open files. A program runs while an
 * iterator of its link is read: targets/calls.h and session/snapshot.c.
 */
#ifndef LOAD_WALKS_H
#define LOAD_WALKS_H

#include <linux/types.h>
#include "a4t.h"

struct bpf_program;

/*
 * Registers the sections of these programs with libbpf. Call this once, before opening any BPF object.
 * functions[FUNCTION_...] are read at each load: BTF ids in the kernel, 0 = unknown. Returns 0 or a negative
 * errno.
 */
int register_walks(const __u32 *functions);

/* Returns a BPF link, which the caller must close, or a negative errno with `error` set. */
int attach_walk(const struct bpf_program *program, struct a4t_error *error);

#endif
