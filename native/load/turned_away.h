/* SPDX-License-Identifier: MIT */
/* The hook that sees connections which a server closes at once (bpf/turned_away.bpf.h). */
#ifndef LOAD_TURNED_AWAY_H
#define LOAD_TURNED_AWAY_H

#include "a4t.h"

/* Selects the program, if it is wanted. The BPF object must be open, but not loaded. */
void choose_turned_away(struct a4t *session);

/* Attaches the program, if it is wanted. */
int attach_turned_away(struct a4t *session, struct a4t_error *error);

#endif
