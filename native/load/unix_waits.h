/* SPDX-License-Identifier: MIT */
/*
 * The hooks that see AF_UNIX clients wait for room in an accept queue (bpf/unix_connects.bpf.h). They are
 * best effort: without them, the wait of a connection is measured from the moment when it enters the queue.
 */
#ifndef LOAD_UNIX_WAITS_H
#define LOAD_UNIX_WAITS_H

#include "a4t.h"

struct kernel_types;

/*
 * Selects the programs if choose_programs() has selected the one that sees AF_UNIX connections. The BPF
 * object must be open, but not loaded. Returns 0 or a negative errno.
 */
int configure_unix_waits(struct a4t *session, const struct kernel_types *types);

/* Attaches the selected programs. */
void attach_unix_waits(struct a4t *session);

#endif
