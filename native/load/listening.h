/* SPDX-License-Identifier: MIT */
/*
 * The program that sees on which sockets targets call listen() (bpf/listening.bpf.h). It is only loaded if
 * A4T_CALL_REFUSED is wanted, or A4T_CALL_CLOSED for AF_UNIX listeners.
 */
#ifndef LOAD_LISTENING_H
#define LOAD_LISTENING_H

struct a4t;
struct kernel_types;
struct rung;

/* Selects the program. The BPF object must be open, but not loaded. */
void choose_listening(struct a4t *session, const struct kernel_types *types, const struct rung *rung);

/*
 * Attaches the loaded program if the session sees refused connections or closed AF_UNIX listeners. Call this
 * after attaching their hooks. Best effort: without it, a listener that a target opens during the trace is
 * unknown until the next snapshot, and the end of an AF_UNIX listener is only shown if a target causes it.
 */
void attach_listening(struct a4t *session, const struct rung *rung);

#endif
