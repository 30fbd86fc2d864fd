/* SPDX-License-Identifier: MIT */
/*
 * The links of a session (hooks.links in state.h): which program each belongs to, attaching and detaching.
 * After the programs are loaded; before a4t_confine(), as attaching needs CAP_PERFMON.
 */
#ifndef LOAD_HOOKS_H
#define LOAD_HOOKS_H

#include "a4t.h"

struct bpf_program;

/* `link`: LINK_ENTER, ... Valid as soon as the BPF object is open. */
struct bpf_program *program_of(const struct a4t *session, int link);

/* Attaches to the entry of a kernel function, by kprobe or fentry. 0 or a negative errno. */
int attach_function(struct a4t *session, int link, const char *function);

/* Attaches what every rung needs: system calls, related calls, forks and ends of threads. */
int attach_tracepoints(struct a4t *session, struct a4t_error *error);

/* Detaches all hooks. Allowed at any time, also after a failed attachment. */
void detach_hooks(struct a4t *session);

#endif
