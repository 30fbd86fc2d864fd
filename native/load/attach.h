/* SPDX-License-Identifier: MIT */
/*
 * Attaches programs to tracepoints of system calls and to kprobes, through events of perf. Tracing thread, or
 * the preparation's. Errors are negative errnos.
 */
#ifndef LOAD_ATTACH_H
#define LOAD_ATTACH_H

#include <stdbool.h>
#include <bpf/libbpf.h>
#include "a4t.h"

/* Without kprobes attaching fails with ENOENT, as for an unknown function: ask before. */
bool kprobes_available(void);

int attach_kprobe(struct bpf_link **link, const struct bpf_program *program, const char *function);

/* `name`: in the category syscalls. */
int attach_tracepoint(struct bpf_link **link, const struct bpf_program *program, const char *name,
		      struct a4t_error *error);

/* The errno of a failed libbpf attachment. */
int attach_errno(void);

/* NULL is allowed, and the result. Waits for the kernel if nobody else holds the link: hand_over.h. */
void detach(struct bpf_link **link);

/* Open the event as attaching does, but attach no program. */
int check_kprobe(const char *function);
int check_tracepoint(const char *name);

#endif
