/* SPDX-License-Identifier: MIT */
/* From addresses to functions and files. */
#ifndef SYMBOLS_H
#define SYMBOLS_H

#include <elfutils/libdwfl.h>
#include "stack/a4t_stack.h"

/*
 * What stands at `address`, which belongs to a call still going on, so that its
 * function is the one of the byte before, unless the frame is the innermost.
 */
struct a4t_frame describe(Dwfl *mapped, Dwarf_Addr address, int innermost);

#endif
