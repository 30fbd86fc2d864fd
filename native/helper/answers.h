/* SPDX-License-Identifier: MIT */
/* For tests: asks helpers that the test itself has started. */
#ifndef HELPER_ANSWERS_H
#define HELPER_ANSWERS_H

#include "helper/helper.h"

/* The helper must be an unwinder. Takes it over. Returns NULL if out of memory. */
struct a4t_stacks *stacks_of(const struct helper *helper);

/* The helper must be a resolver. Takes it over. Returns NULL if out of memory. */
struct a4t_names *names_of(const struct helper *helper);

/* Both end the helper. No other thread may use it. */
void free_stacks(struct a4t_stacks *stacks);
void free_names(struct a4t_names *names);

#endif
