/* SPDX-License-Identifier: MIT */
/*
 * Proves that attached hooks work: an accept4 of our own over AF_UNIX must arrive in the ring. Attached hooks
 * can have no effect, e.g. because the kernel function is inlined, or because a layout differs from what the
 * programs expect.
 */
#ifndef LOAD_PROOF_H
#define LOAD_PROOF_H

#include "a4t.h"

struct rung;

/*
 * Call this after attaching all hooks of `rung` and opening the ring, before any process is a target. Returns
 * 0, or a negative errno with `error` set.
 */
int prove_hooks(struct a4t *session, const struct rung *rung, struct a4t_error *error);

#endif
