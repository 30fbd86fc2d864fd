/* SPDX-License-Identifier: MIT */
/*
 * Proves that attached hooks work: an accept4 of our own over AF_UNIX must arrive in the ring. Attached hooks
 * can have no effect, e.g. because the kernel function is inlined, or because a layout differs from what the
 * programs expect.
 */
#ifndef LOAD_PROOF_H
#define LOAD_PROOF_H

#include <stdbool.h>
#include "a4t.h"

/*
 * Call this after attaching all hooks and opening the ring, before any process is a target. `racy`: these
 * hooks see connections only after other threads could have closed them.
 */
int prove_hooks(struct a4t *session, bool racy, struct a4t_error *error);

#endif
