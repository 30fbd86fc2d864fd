/* SPDX-License-Identifier: MIT */
/* Users of helpers that somebody else has started, for tests. */
#ifndef HELPER_ANSWERS_H
#define HELPER_ANSWERS_H

#include "helper/helper.h"

/* Both take over the helper, which unwinds stacks or looks up names. Return NULL if there is no memory. */
struct a4t_stacks *stacks_of(const struct helper *helper);
struct a4t_names *names_of(const struct helper *helper);

/* Both end the helper. No other thread may use it. */
void free_stacks(struct a4t_stacks *stacks);
void free_names(struct a4t_names *names);

#endif
