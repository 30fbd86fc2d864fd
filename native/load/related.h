/* SPDX-License-Identifier: MIT */
/* Tracepoints of related calls: bind, listen, and those calls like poll that exist on this processor. */
#ifndef LOAD_RELATED_H
#define LOAD_RELATED_H

#include "a4t.h"

/* Must precede loading. Returns 0 or a negative errno. */
int configure_related(struct a4t *session);

/* Skips calls that this kernel does not have. Returns 0 or a negative errno. */
int attach_related(struct a4t *session, struct a4t_error *error);
void detach_related(struct a4t *session);

#endif
