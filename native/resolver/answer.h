/* SPDX-License-Identifier: MIT */
#ifndef RESOLVER_ANSWER_H
#define RESOLVER_ANSWER_H

#include "sandbox/sandbox.h"

/* The helper program that looks up host names. */
extern const struct helper_program resolver;

#endif
