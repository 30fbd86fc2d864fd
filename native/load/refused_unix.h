/* SPDX-License-Identifier: MIT */
/*
 * The hooks that see refused AF_UNIX connects (bpf/refused_unix.bpf.h). They are best effort: a session works
 * without them, and hooks.unix_refusals in state.h says what they see.
 */
#ifndef LOAD_REFUSED_UNIX_H
#define LOAD_REFUSED_UNIX_H

#include "a4t.h"

struct kernel_types;
struct rung;

/*
 * Selects the programs, if A4T_CALL_REFUSED is wanted. The BPF object must be open, but not loaded. Returns 0
 * or a negative errno.
 */
int configure_refused_unix(struct a4t *session, const struct kernel_types *types, const struct rung *rung);

/*
 * Attaches the loaded programs. The one on the tracepoint of connect() is attached only if the other ones
 * cannot be.
 */
void attach_refused_unix(struct a4t *session);

#endif
