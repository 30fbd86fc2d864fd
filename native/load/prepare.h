/* SPDX-License-Identifier: MIT */
/*
 * Loads programs speculatively, before option parsing finishes, because the verifier takes longer than Java
 * needs to parse the options. The tracing thread calls these functions, while a4t_prepare() may run in
 * another thread; a lock orders them.
 */
#ifndef LOAD_PREPARE_H
#define LOAD_PREPARE_H

#include <stdbool.h>
#include "a4t.h"

struct accept4_trace;
struct rung;

/* Waits for a running preparation and prevents later ones. Must precede a session's first load. */
void end_preparation(void);

/*
 * Gives the session the prepared programs if they suit `config` and `rung`, else frees them. Succeeds at most
 * once per process.
 */
bool take_prepared(struct a4t *session, const struct a4t_config *config, const struct rung *rung);

/*
 * Returns the prepared programs of snapshots, after waiting for a running preparation; NULL if there are
 * none. The caller must destroy them. Prevents later preparations. Thread-safe.
 */
struct accept4_trace *take_prepared_snapshots(void);

#endif
