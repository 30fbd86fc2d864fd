/* SPDX-License-Identifier: MIT */
/*
 * The layout hash, by which Java recognizes a library of the same build. The hash depends on each name, value
 * and size in the layout table, and on their order.
 */
#ifndef LAYOUT_HASH_H
#define LAYOUT_HASH_H

#include <stdint.h>
#include "layout/table.h"

uint64_t layout_hash(const struct layout_class *classes);

#endif
