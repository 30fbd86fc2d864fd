/* SPDX-License-Identifier: MIT */
/*
 * The proof of attached hooks: one accept4 of our own over AF_UNIX must come back through the ring. Attached
 * hooks can be blind: functions can be inlined, and layouts can differ from what the programs expect.
 */
#ifndef LOAD_PROOF_H
#define LOAD_PROOF_H

#include <stdbool.h>
#include "a4t.h"

/*
 * After all hooks are attached and the ring is open, and before any process is a target. `racy`: these hooks
 * see connections only after other threads could have closed them.
 */
int prove_hooks(struct a4t *session, bool racy, struct a4t_error *error);

#endif
