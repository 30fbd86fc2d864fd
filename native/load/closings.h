/* SPDX-License-Identifier: MIT */
/*
 * The programs that see listeners being closed (bpf/closed_tcp.bpf.h, bpf/closed_unix.bpf.h). They are only
 * loaded if A4T_CALL_CLOSED is wanted. A closing begins when a task starts to close a listener, and ends when
 * the record about it is sent (bpf/closings.bpf.h).
 */
#ifndef LOAD_CLOSINGS_H
#define LOAD_CLOSINGS_H

/* The function that releases an AF_UNIX socket. */
#define UNIX_CLOSED_FUNCTION "unix_release_sock"

#include "a4t.h"

struct kernel_types;

/* Selects the programs. The BPF object must be open, but not loaded. Returns 0 or a negative errno. */
int configure_closings(struct a4t *session, const struct kernel_types *types);

/* Attaches the loaded programs, and sets hooks.closings and hooks.unix_closings in state.h. Returns 0, or a
 * negative errno with `error` set. */
int attach_closings(struct a4t *session, struct a4t_error *error);

#endif
