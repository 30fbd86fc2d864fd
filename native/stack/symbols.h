/* SPDX-License-Identifier: MIT */
/* Functions and files of addresses. */
#ifndef SYMBOLS_H
#define SYMBOLS_H

#include "a4t_helpers.h"
#include "stack/libdw.h"

/*
 * Describes the frame at `address`. Unless the frame is the innermost, `address` is a return address. The
 * function is then looked up one byte before, because the call may be the function's last instruction.
 */
struct a4t_frame describe(Dwfl *mapped, Dwarf_Addr address, int innermost);

#endif
