/* SPDX-License-Identifier: MIT */
/*
 * Attaches and detaches the links of a session (hooks.links in state.h). Attach them after loading the
 * programs. Attach them before a4t_confine(), because attaching needs CAP_PERFMON.
 */
#ifndef LOAD_HOOKS_H
#define LOAD_HOOKS_H

#include <stdbool.h>
#include "a4t.h"

/* The function that accept4 and accept have in common. */
#define ACCEPT_FUNCTION "__sys_accept4"

struct bpf_program;

/* The program of `link` (LINK_ENTER, ...). The BPF object must be open. */
struct bpf_program *program_of(const struct a4t *session, int link);

/* Selects whether the program of `link` is loaded. The BPF object must be open, but not loaded. */
void choose(const struct a4t *session, int link, bool wanted);

/* Whether the program of `link` has been selected. */
bool is_chosen(const struct a4t *session, int link);

/* Attaches to the entry of a kernel function, by kprobe or fentry. Returns 0 or a negative errno. */
int attach_function(struct a4t *session, int link, const char *function);

/*
 * Attaches the programs for system calls, related calls, forks and thread exits. Returns 0, or a negative
 * errno with `error` set.
 */
int attach_calls(struct a4t *session, struct a4t_error *error);

/*
 * Whether a program is on a tracepoint of a system call. While one is, every system call of every process
 * takes a slower path. Ignores LINK_UNFINISHED_..., which are detached soon.
 */
bool slows_system_calls(const struct a4t *session);

/* Detaches all hooks. Allowed at any time, also after a failed attachment. */
void detach_hooks(struct a4t *session);

#endif
