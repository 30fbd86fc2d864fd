/* SPDX-License-Identifier: MIT */
/* What is known about a stack without libdw: the file of its innermost address. */
#ifndef STACK_BARE_H
#define STACK_BARE_H

#include <stdint.h>
#include "a4t_helpers.h"
#include "stack/mapped.h"

/*
 * Describes the frame at `address` of process `tgid`, with the reason why its file is not read. The path is
 * valid until the next call.
 */
struct a4t_frame describe_without_libdw(const struct supplier *supplier, int32_t tgid, uint64_t address);

#endif
