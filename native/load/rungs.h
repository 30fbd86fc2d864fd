/* SPDX-License-Identifier: MIT */
/*
 * The ladder: its rungs are alternative sets of hooks that see a connection while it is accepted, the best
 * set first. A session takes the first rung that the kernel allows and whose hooks work (proof.h). One more
 * rung, A4T_PROBE_FENTRY, is only used on request. It has no tracepoints of system calls, which would slow
 * down all other processes.
 */
#ifndef LOAD_RUNGS_H
#define LOAD_RUNGS_H

#include <stdbool.h>
#include "a4t.h"

/* The kernel functions that rungs hook. */
#define LISTENER_FUNCTION   "security_socket_accept"
#define CONNECTION_FUNCTION "security_sock_graft"
#define INSTALL_FUNCTION    "fd_install"
#define UNIX_FUNCTION	    "security_unix_stream_connect"

struct rung;

/*
 * Returns the best available rung below `after`, or the best of all if `after` is NULL. Returns NULL if none
 * is left. `wanted` is an enum a4t_probe. Records why better rungs are not available.
 */
const struct rung *next_rung(struct a4t *session, uint32_t wanted, const struct rung *after);

/* Selects the programs of the rung. The BPF object must be open, but not loaded. */
void choose_programs(struct a4t *session, const struct rung *rung);

/* Attaches the loaded programs of the rung. Returns 0, or a negative errno with `error` set. */
int attach_rung(struct a4t *session, const struct rung *rung, struct a4t_error *error);

/* Returns static storage. */
const char *rung_label(const struct rung *rung);

enum a4t_probe rung_probe(const struct rung *rung);

/* Whether programs on ACCEPT_FUNCTION (hooks.h) see calls, instead of programs on tracepoints. */
bool sees_calls_by_fentry(const struct rung *rung);

/* Whether this is the lowest rung, which sees connections only after other threads could have closed them. */
bool is_lowest(const struct rung *rung);

/* Records why a rung is not in use. `err` is a negative errno, or 0 if `why` is the complete reason. */
void step_down(struct a4t *session, const char *why, int err);

/*
 * Returns 0 if the kernel seems to allow fentry, -EOPNOTSUPP if it has no fentry, or another negative errno.
 * On arm64, Linux 6.1 seems to allow fentry, but fails to attach.
 */
int check_fentry(void);

#endif
