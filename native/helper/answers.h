/* SPDX-License-Identifier: MIT */
/* For tests, which start helpers themselves and then ask them. */
#ifndef HELPER_ANSWERS_H
#define HELPER_ANSWERS_H

#include "helper/helper.h"

/* Takes ownership of the helper, which must be an unwinder. Returns NULL if out of memory. */
struct a4t_stacks *stacks_of(const struct helper *helper);

/* Takes ownership of the helper, which must be a resolver. Returns NULL if out of memory. */
struct a4t_names *names_of(const struct helper *helper);

/* Both end the helper. No other thread may use it. */
void free_stacks(struct a4t_stacks *stacks);
void free_names(struct a4t_names *names);

#endif
