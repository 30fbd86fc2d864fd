/* SPDX-License-Identifier: MIT */
/* bind, listen and the waiting calls: their tracepoints, and on which processors they exist. */
#ifndef LOAD_RELATED_H
#define LOAD_RELATED_H

#include "a4t.h"

/* Before loading. 0 or a negative errno. */
int configure_related(struct a4t *session);

/* Skips calls that this kernel does not have. */
int attach_related(struct a4t *session, struct a4t_error *error);
void detach_related(struct a4t *session);

#endif
