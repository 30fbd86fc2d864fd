/* SPDX-License-Identifier: MIT */
/*
 * The hooks that see refused TCP connections (bpf/refusals.bpf.h). They are best effort: a session works
 * without them, and hooks.refusals in state.h says what they see.
 */
#ifndef LOAD_REFUSALS_H
#define LOAD_REFUSALS_H

#include "a4t.h"

struct kernel_types;
struct rung;

/* Selects the programs, if A4T_CALL_REFUSED and TCP are wanted. The BPF object must be open, but not loaded.
 */
void choose_refusals(struct a4t *session, const struct kernel_types *types, const struct rung *rung);

/*
 * Attaches the loaded programs. Those on raw tracepoints are attached only if those on kernel functions
 * cannot be attached, or if the rung (rungs.h) has no hooks on kernel functions.
 */
void attach_refusals(struct a4t *session, const struct rung *rung);

#endif
