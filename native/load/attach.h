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

/*
 * Check this before attaching, because without kprobes, attaching fails with ENOENT, as for an unknown
 * function.
 */
bool kprobes_available(void);

int attach_kprobe(struct bpf_link **link, const struct bpf_program *program, const char *function);

/*
 * `name` is in the category "syscalls". Waits for up to two seconds if the tracepoint already has the maximum
 * number of programs (E2BIG).
 */
int attach_tracepoint(struct bpf_link **link, const struct bpf_program *program, const char *name,
		      struct a4t_error *error);

/* Returns the negative errno after an attachment by libbpf has failed. */
int attach_errno(void);

/*
 * Detaches *link, which may be NULL, and sets it to NULL. If nothing else holds the link, waits until the
 * kernel has detached it: see hand_over.h.
 */
void detach(struct bpf_link **link);

/* Both check, without attaching a program, whether the perf event for attaching can be opened. */
int check_kprobe(const char *function);
int check_tracepoint(const char *name);

#endif
