/* SPDX-License-Identifier: MIT */
/*
 * The ladder: ways to see a connection while it is accepted, the best rung first. A session takes the first
 * rung that the kernel allows and that proves itself (proof.h).
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
 * The best available rung below `after`, or of all if that is NULL. NULL: there is none left. `wanted`: enum
 * a4t_probe. Notes why the rungs above are not available.
 */
const struct rung *next_rung(struct a4t *session, uint32_t wanted, const struct rung *after);

/* Selects the programs of the rung. The BPF object is open, but not loaded. */
void choose_programs(struct a4t *session, const struct rung *rung);

/* Attaches the programs of the rung, once loaded. 0, or a negative errno described in `error`. */
int attach_rung(struct a4t *session, const struct rung *rung, struct a4t_error *error);

/* As a4t_hooks() returns it; static storage. */
const char *rung_label(const struct rung *rung);

/* The lowest rung sees connections only after other threads could have closed them. */
bool is_lowest(const struct rung *rung);

/* Records why a rung is not in use: a negative errno, or 0 if `why` says all. */
void step_down(struct a4t *session, const char *why, int err);

/*
 * Whether the kernel seems to allow fentry: 0, -EOPNOTSUPP or -EPERM. Linux 6.1 on arm64 still cannot attach.
 */
int check_fentry(void);

#endif
