/* SPDX-License-Identifier: MIT */
/*
 * Programs loaded speculatively, before option parsing finishes: the kernel's verifier takes longer than Java
 * takes to parse the options. a4t_prepare() runs in a thread of its own; a lock orders it with these
 * functions, which the tracing thread calls.
 */
#ifndef LOAD_PREPARE_H
#define LOAD_PREPARE_H

#include <stdbool.h>
#include "a4t.h"

struct rung;

/* Waits for a preparation in progress; from then on none begins. Must precede a session's first load. */
void end_preparation(void);

/* Gives the session the prepared programs if they are what it wants; else frees them. Once a process. */
bool take_prepared(struct a4t *session, const struct a4t_config *config, const struct rung *rung);

#endif
