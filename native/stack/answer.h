/* SPDX-License-Identifier: MIT */
#ifndef ANSWER_H
#define ANSWER_H

#include "sandbox/sandbox.h"

/* The helper program that unwinds stacks. */
extern const struct helper_program unwinder;

#endif
