/* SPDX-License-Identifier: MIT */
/*
 * Attaches programs to tracepoints of system calls and to kprobes, through perf events. For the tracing
 * thread and for a4t_prepare(). Errors are negative errnos.
 */
#ifndef LOAD_ATTACH_H
#define LOAD_ATTACH_H

#include <stdbool.h>
#include <bpf/libbpf.h>
#include "a4t.h"

/* Check this before attaching: without kprobes, attaching fails with ENOENT, as for an unknown function. */
bool kprobes_available(void);

int attach_kprobe(struct bpf_link **link, const struct bpf_program *program, const char *function);

/* `name` is in the category "syscalls". */
int attach_tracepoint(struct bpf_link **link, const struct bpf_program *program, const char *name,
		      struct a4t_error *error);

/* The negative errno of a libbpf attachment that has just failed. */
int attach_errno(void);

/*
 * Detaches *link, which may be NULL, and sets it to NULL. Waits for the kernel if nothing else holds the
 * link: hand_over.h.
 */
void detach(struct bpf_link **link);

/* Open the same perf event as attaching, but do not attach a program. */
int check_kprobe(const char *function);
int check_tracepoint(const char *name);

#endif
